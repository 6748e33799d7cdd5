import { deflateSync } from 'node:zlib';

/** One real numeric array to write. */
export interface MatArray {
  readonly name: string;
  /** Number of the MATLAB class (`mx..._CLASS`). Default 6, double. */
  readonly matClass?: number;
  readonly dims: readonly number[];
  readonly values: readonly (number | bigint)[];
  /** Name of the storage type. Default `double`. */
  readonly storage?: keyof typeof STORAGE;
  readonly complex?: boolean;
}

export interface MatWriterOptions {
  readonly littleEndian?: boolean;
  readonly compress?: boolean;
}

type Put = (view: DataView, offset: number, value: number | bigint, littleEndian: boolean) => void;

/** Number, size and writer of each storage type. */
const STORAGE = {
  int8: [1, 1, (v, o, x) => v.setInt8(o, Number(x))],
  uint8: [2, 1, (v, o, x) => v.setUint8(o, Number(x))],
  int16: [3, 2, (v, o, x, le) => v.setInt16(o, Number(x), le)],
  uint16: [4, 2, (v, o, x, le) => v.setUint16(o, Number(x), le)],
  int32: [5, 4, (v, o, x, le) => v.setInt32(o, Number(x), le)],
  uint32: [6, 4, (v, o, x, le) => v.setUint32(o, Number(x), le)],
  single: [7, 4, (v, o, x, le) => v.setFloat32(o, Number(x), le)],
  double: [9, 8, (v, o, x, le) => v.setFloat64(o, Number(x), le)],
  int64: [12, 8, (v, o, x, le) => v.setBigInt64(o, BigInt(x), le)],
  uint64: [13, 8, (v, o, x, le) => v.setBigUint64(o, BigInt(x), le)],
} satisfies Record<string, [number, number, Put]>;

/** Writes a MAT-file level 5; elements of up to 4 bytes are small ones, as MATLAB does. */
export function writeMatV5(arrays: readonly MatArray[], options: MatWriterOptions = {}): Uint8Array {
  const { littleEndian = true, compress = false } = options;
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  const view = new DataView(header.buffer, header.byteOffset);
  view.setUint16(124, 0x0100, littleEndian);
  // 'MI' as a 16-bit number in the file's byte order.
  view.setUint16(126, 0x4d49, littleEndian);
  const parts: Uint8Array[] = [header];
  for (const array of arrays) {
    const matrix = writeMatrix(array, littleEndian);
    if (compress) {
      const deflated = deflateSync(matrix);
      parts.push(tag(15, deflated.length, littleEndian), deflated);
    } else parts.push(matrix);
  }
  return Buffer.concat(parts);
}

function writeMatrix({ name, matClass = 6, dims, values, storage = 'double', complex }: MatArray, le: boolean): Uint8Array {
  const flags = Buffer.alloc(8);
  new DataView(flags.buffer, flags.byteOffset).setUint32(0, matClass | (complex ? 0x0800 : 0), le);
  const sizes = Buffer.alloc(4 * dims.length);
  dims.forEach((dim, i) => {
    new DataView(sizes.buffer, sizes.byteOffset).setInt32(4 * i, dim, le);
  });
  const [type, bytes, put] = STORAGE[storage];
  const data = new Uint8Array(values.length * bytes);
  values.forEach((value, i) => {
    (put as Put)(new DataView(data.buffer), i * bytes, value, le);
  });
  const body = Buffer.concat([
    element(6, flags, le),
    element(5, sizes, le),
    element(1, Buffer.from(name, 'latin1'), le),
    element(type, data, le),
  ]);
  return Buffer.concat([tag(14, body.length, le), body]);
}

function tag(type: number, size: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, littleEndian);
  view.setUint32(4, size, littleEndian);
  return bytes;
}

function element(type: number, data: Uint8Array, littleEndian: boolean): Uint8Array {
  if (data.length > 0 && data.length <= 4) {
    const small = new Uint8Array(8);
    new DataView(small.buffer).setUint32(0, (data.length << 16) | type, littleEndian);
    small.set(data, 4);
    return small;
  }
  const padding = new Uint8Array((8 - (data.length % 8)) % 8);
  return Buffer.concat([tag(type, data.length, littleEndian), data, padding]);
}
