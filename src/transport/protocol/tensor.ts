import { endianness } from 'node:os';
import { InternalError } from '../../core/errors.js';
import { fromHalves, toHalves } from '../../core/half.js';
import type { Fields } from './fields.js';

/** Element types on the wire, little-endian: float32, float16, int64, uint8. */
export type DType = '<f4' | '<f2' | '<i8' | '|u1';

export const ITEM_BYTES: Readonly<Record<DType, number>> = { '<f4': 4, '<f2': 2, '<i8': 8, '|u1': 1 };

/** A tensor's description in a header, its bytes inline or the number of the payload frame that holds them. */
export interface WireTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Uint8Array | number;
}

/** A received tensor: description and bytes (a view of its frame). */
export interface TensorBytes {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

if (endianness() !== 'LE')
  throw new InternalError('the SKMX/1 codec views arrays as little-endian bytes; this machine is big-endian');

/** The bytes of an array, not copied: the array must not change until they are sent and acknowledged. */
export function bytesOf(array: Float32Array | Uint8Array | Uint16Array | Int32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** float32 values as `<f4` bytes (a view) or `<f2` bytes (rounded to nearest even). */
export function encodeFloats(values: Float32Array, dtype: '<f4' | '<f2'): Buffer {
  return dtype === '<f4' ? bytesOf(values) : bytesOf(toHalves(values));
}

/** int32 values as `<i8` bytes, sign-extended. */
export function encodeInts(values: Int32Array): Buffer {
  const words = new Int32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    words[2 * i] = values[i]!;
    words[2 * i + 1] = values[i]! >> 31;
  }
  return bytesOf(words);
}

/**
 * Reads a tensor's description and finds its bytes, inline or out of band.
 *
 * @param payload the frames after the header
 * @throws TransportError PROTOCOL_MESSAGE where the dtype is unknown, the frame is missing or its length does not fit the shape
 */
export function readTensor(fields: Fields, payload: readonly Uint8Array[]): TensorBytes {
  const name = fields.text('name', 64);
  const dtype = fields.oneOf('dtype', ['<f4', '<f2', '<i8', '|u1'] as const);
  const shape = fields.ints('shape', 8);
  const data = fields.raw('data');
  const bytes = data instanceof Uint8Array ? data : payload[typeof data === 'number' ? data : -1];
  if (bytes === undefined) return fields.fail('data', data, `bytes or the number of one of the ${payload.length} payload frames`);
  const expected = shape.reduce((product, size) => product * size, ITEM_BYTES[dtype]);
  if (bytes.byteLength !== expected)
    return fields.fail('data', bytes, `${expected} bytes for ${dtype} [${shape.join(', ')}] of "${name}"`);
  return { name, dtype, shape, bytes };
}

/** Aligned bytes: the same where the address is a multiple of `itemBytes`, else a copy. */
function aligned(bytes: Uint8Array, itemBytes: number): Uint8Array {
  return bytes.byteOffset % itemBytes === 0 ? bytes : new Uint8Array(bytes);
}

/** float32 values of an `<f4` (a view where alignment allows) or `<f2` tensor. */
export function decodeFloats(tensor: TensorBytes, fields: Fields): Float32Array {
  if (tensor.dtype === '<f4') {
    const bytes = aligned(tensor.bytes, 4);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  }
  if (tensor.dtype === '<f2') {
    const bytes = aligned(tensor.bytes, 2);
    return fromHalves(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2));
  }
  return fields.fail('dtype', tensor.dtype, `"<f4" or "<f2" for "${tensor.name}"`);
}

/** int32 values of an `<i8` tensor; a value beyond 32 bits is an error. */
export function decodeInts(tensor: TensorBytes, fields: Fields): Int32Array {
  if (tensor.dtype !== '<i8') return fields.fail('dtype', tensor.dtype, `"<i8" for "${tensor.name}"`);
  const { bytes } = tensor;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Int32Array(bytes.byteLength / 8);
  for (let i = 0; i < out.length; i++) {
    const low = view.getInt32(8 * i, true);
    if (view.getInt32(8 * i + 4, true) !== low >> 31)
      return fields.fail('data', view.getBigInt64(8 * i, true), `32-bit values for "${tensor.name}"`);
    out[i] = low;
  }
  return out;
}

/** uint8 values of a `|u1` tensor (a view). */
export function decodeBytes(tensor: TensorBytes, fields: Fields): Uint8Array {
  if (tensor.dtype !== '|u1') return fields.fail('dtype', tensor.dtype, `"|u1" for "${tensor.name}"`);
  return new Uint8Array(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength);
}
