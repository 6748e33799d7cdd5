import { DataError } from '../../../core/errors.js';
import type { ByteSource } from '../byte-source.js';
import { type ElementType, elementReader } from '../element-type.js';
import type { PickledBytes } from './pickled-bytes.js';

/** One array is a clip at most; a larger one would be a whole data set. */
const MAX_ARRAY_BYTES = 2 ** 30;

/** A NumPy array of a pickle: its form, and the place of its values in the file. */
export interface PickledArray {
  readonly kind: 'array';
  shape: readonly number[];
  type: ElementType | undefined;
  /** True where the first axis runs fastest. */
  fortran: boolean;
  /** Offset of the instruction that made it, for messages. */
  readonly offset: number;
  /** The values; objects of Python where `type` is undefined. */
  data: PickledBytes | Uint8Array | readonly unknown[];
}

/** Values of an array in C order as float32, whatever real type they are stored in. Reads them now. */
export function arrayToFloat32(array: PickledArray, source: ByteSource): Float32Array {
  const { shape, type, data, fortran, offset } = array;
  const fail = (code: 'FORMAT_UNSUPPORTED' | 'FORMAT_TRUNCATED', what: string): never => {
    throw new DataError(code, `${source.file}, byte ${offset}: ${what}`, { details: { file: source.file, byteOffset: offset } });
  };
  if (!type || Array.isArray(data)) return fail('FORMAT_UNSUPPORTED', 'expected an array of numbers, got one of Python objects');
  const count = shape.reduce((product, size) => product * size, 1);
  if (count * type.bytes > MAX_ARRAY_BYTES)
    return fail(
      'FORMAT_UNSUPPORTED',
      `expected at most ${MAX_ARRAY_BYTES} bytes in one array, its shape is ${shape.join(' x ')}`,
    );
  const bytes = data instanceof Uint8Array ? data : (data as PickledBytes).read(source);
  if (bytes.length !== count * type.bytes)
    return fail(
      'FORMAT_TRUNCATED',
      `an array of ${shape.join(' x ')} needs ${count * type.bytes} bytes, there are ${bytes.length}`,
    );
  const read = elementReader(type) ?? fail('FORMAT_UNSUPPORTED', `expected an array of real numbers, got "${type.name}"`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(count);
  if (!fortran || shape.length < 2) {
    for (let i = 0; i < count; i++) values[i] = read(view, i * type.bytes);
    return values;
  }
  // Counts through the places in C order and keeps the stored place along.
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  for (let i = 0, stored = 0; i < count; i++) {
    values[i] = read(view, stored * type.bytes);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      stored += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      stored -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}
