import { halfToFloat } from '../../core/half.js';

/** The element type of a NumPy array. */
export interface ElementType {
  /** As NumPy writes it, e.g. `<f4`. */
  readonly name: string;
  /** `f` float, `i` and `u` integer, `b` boolean, `S` bytes, `U` text, `O` object. */
  readonly letter: string;
  readonly bytes: number;
  readonly littleEndian: boolean;
}

/** The type that NumPy's name stands for, e.g. `<f4`, `|b1`, `<U12`; undefined for structured and other types. */
export function parseElementType(name: string): ElementType | undefined {
  const match = /^([<>|=]?)([fiubSUO])(\d{1,9})$/.exec(name);
  if (!match) return undefined;
  const [, order, letter, size] = match as unknown as [string, string, string, string];
  const bytes = Number(size) * (letter === 'U' ? 4 : 1);
  const sizes = SIZES[letter];
  if (sizes && !sizes.includes(bytes)) return undefined;
  return { name, letter, bytes, littleEndian: order !== '>' };
}

const SIZES: Readonly<Record<string, readonly number[]>> = {
  f: [2, 4, 8],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  b: [1],
  O: [8],
};

/** A function that reads one number, or undefined where the elements are no real numbers. */
export function elementReader({
  letter,
  bytes,
  littleEndian,
}: ElementType): ((view: DataView, at: number) => number) | undefined {
  const le = littleEndian;
  switch (`${letter}${bytes}`) {
    case 'f2':
      return (view, at) => halfToFloat(view.getUint16(at, le));
    case 'f4':
      return (view, at) => view.getFloat32(at, le);
    case 'f8':
      return (view, at) => view.getFloat64(at, le);
    case 'i1':
      return (view, at) => view.getInt8(at);
    case 'i2':
      return (view, at) => view.getInt16(at, le);
    case 'i4':
      return (view, at) => view.getInt32(at, le);
    case 'i8':
      return (view, at) => Number(view.getBigInt64(at, le));
    case 'u1':
    case 'b1':
      return (view, at) => view.getUint8(at);
    case 'u2':
      return (view, at) => view.getUint16(at, le);
    case 'u4':
      return (view, at) => view.getUint32(at, le);
    case 'u8':
      return (view, at) => Number(view.getBigUint64(at, le));
    default:
      return undefined;
  }
}

/** Text of `count` elements of type `U` or `S`; NUL bytes at the end don't count. */
export function decodeTexts(bytes: Uint8Array, { letter, bytes: width, littleEndian }: ElementType, count: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, row) => {
    const codes: number[] = [];
    const step = letter === 'U' ? 4 : 1;
    for (let at = row * width; at < (row + 1) * width; at += step)
      codes.push(letter === 'U' ? view.getUint32(at, littleEndian) : view.getUint8(at));
    while (codes.at(-1) === 0) codes.pop();
    if (letter === 'S') return Buffer.from(codes).toString('utf8');
    return codes.map((code) => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd')).join('');
  });
}
