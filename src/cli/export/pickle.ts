import { toHalves } from '../../core/half.js';

/** What can be pickled: texts, whole numbers of 32 bits, lists, dicts and arrays of numbers that are stored as float16. */
export type Pickled =
  | string
  | number
  | readonly Pickled[]
  | ReadonlyMap<string, Pickled>
  | { readonly float16: Float32Array; readonly shape: readonly number[] };

const code = (text: string): Buffer => Buffer.from(text, 'latin1');

function textPiece(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const size = Buffer.alloc(5);
  size.write('X', 'latin1');
  size.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([size, bytes]);
}

function wholePiece(value: number): Buffer {
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31)
    throw new RangeError(`a pickled number must be whole and of 32 bits, got ${value}`);
  const bytes = Buffer.alloc(5);
  bytes.write('J', 'latin1');
  bytes.writeInt32LE(value, 1);
  return bytes;
}

/** `numpy.core.multiarray` is the name that NumPy 1 and 2 both know. */
const RECONSTRUCT = code('cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R');
const FLOAT16 = Buffer.concat([
  code('cnumpy\ndtype\n'),
  textPiece('f2'),
  code('\x89\x88\x87R(K\x03'),
  textPiece('<'),
  code('NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb'),
]);

function* pieces(value: Pickled): Generator<Buffer> {
  if (typeof value === 'string') yield textPiece(value);
  else if (typeof value === 'number') yield wholePiece(value);
  else if (value instanceof Map) {
    yield code('}(');
    for (const [key, entry] of value as ReadonlyMap<string, Pickled>) {
      yield textPiece(key);
      yield* pieces(entry);
    }
    yield code('u');
  } else if ('float16' in value) {
    const halves = toHalves(value.float16);
    const size = Buffer.alloc(5);
    size.write('B', 'latin1');
    size.writeUInt32LE(halves.byteLength, 1);
    yield Buffer.concat([RECONSTRUCT, code('(K\x01(')]);
    for (const axis of value.shape) yield wholePiece(axis);
    yield Buffer.concat([code('t'), FLOAT16, code('\x89'), size]);
    yield Buffer.from(halves.buffer, halves.byteOffset, halves.byteLength);
    yield code('tb');
  } else {
    yield code('](');
    for (const entry of value as readonly Pickled[]) yield* pieces(entry);
    yield code('e');
  }
}

/**
 * A pickle of protocol 3 in pieces to be written one after the other; Python 3 and NumPy 1 and 2 read it.
 *
 * Format: CPython's `Lib/pickletools.py`; NumPy's `ndarray.__reduce__`.
 *
 * @throws RangeError for a number that is not whole or beyond 32 bits
 */
export function* pickle(value: Pickled): Generator<Buffer> {
  yield code('\x80\x03');
  yield* pieces(value);
  yield code('.');
}
