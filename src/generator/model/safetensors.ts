import { ModelError } from '../../core/errors.js';
import type { NamedArray } from '../../engine/engine.js';

/** What a safetensors file holds. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, NamedArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Encodes float32 tensors as a safetensors file (format: huggingface/safetensors README): 8 bytes header length (u64 LE), a
 * JSON header with dtype, shape and data_offsets, then the values, little-endian.
 */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  let json = Buffer.from(JSON.stringify(header));
  json = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const values = Object.values(tensors).map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, json, ...values]);
}

/** The JSON header of a safetensors file and where its values begin. */
function parseHeader(bytes: Buffer, origin: string): { header: Record<string, unknown>; first: number } {
  if (bytes.length < 8)
    throw new ModelError('WEIGHTS_SHAPE', `${origin}: ${bytes.length} bytes, expected a safetensors file of at least 8`);
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > bytes.length - 8)
    throw new ModelError(
      'WEIGHTS_SHAPE',
      `${origin}: byte 0 gives a header of ${length} bytes, but only ${bytes.length - 8} follow; the file is cut or no safetensors`,
    );
  try {
    return { header: JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>, first: 8 + length };
  } catch (cause) {
    throw new ModelError('WEIGHTS_SHAPE', `${origin}: the header (bytes 8 to ${8 + length}) is not JSON`, { cause });
  }
}

/**
 * Decodes a safetensors file with F32 tensors; values are copied.
 *
 * @param origin name of the file, for errors
 * @throws ModelError WEIGHTS_SHAPE with the tensor and the byte offset
 */
export function decodeSafetensors(bytes: Buffer, origin: string): TensorFile {
  const { header, first } = parseHeader(bytes, origin);
  const tensors: Record<string, NamedArray> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets } = value as { dtype?: string; shape?: number[]; data_offsets?: [number, number] };
    if (dtype !== 'F32' || !Array.isArray(shape) || !Array.isArray(data_offsets))
      throw new ModelError(
        'WEIGHTS_SHAPE',
        `${origin}: tensor "${name}" must be F32 with shape and data_offsets, got ${JSON.stringify(value)}`,
      );
    const [begin, end] = data_offsets;
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (end - begin !== 4 * size || first + end > bytes.length)
      throw new ModelError(
        'WEIGHTS_SHAPE',
        `${origin}: tensor "${name}" of shape [${shape}] needs ${4 * size} bytes at offset ${first + begin}, but has ${Math.min(end, bytes.length - first) - begin}`,
      );
    tensors[name] = { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(first + begin, first + end)).buffer) };
  }
  return { tensors, metadata: (header.__metadata__ ?? {}) as Record<string, string> };
}
