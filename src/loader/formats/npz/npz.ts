import { DataError } from '../../../core/errors.js';
import { type ByteSource, memorySource } from '../byte-source.js';
import { decodeTexts, elementReader } from '../element-type.js';
import { memberStart, readMember, readZipDirectory } from '../zip-directory.js';
import { type NpyHeader, parseNpyHeader } from './npy-header.js';

/** What compressed arrays may take in memory, each. Stored ones are read in place and have no bound. */
const MAX_INFLATED_BYTES = 512 * 2 ** 20;
/** What is read at once of labels, names and the like, and of one clip. */
const MAX_READ_BYTES = 2 ** 30;

/** An array of an `.npz` file, or an `.npy` file: its form, and where its values are. */
export interface StoredArray extends NpyHeader {
  /** Its name, for messages. */
  readonly name: string;
  /** The bytes of a compressed array; others stay in the file. */
  readonly inflated?: Uint8Array;
}

/**
 * The arrays of an `.npz` file by name. Reads the directory and the headers; values of stored arrays (`numpy.savez`) stay in the
 * file, compressed ones (`numpy.savez_compressed`) are inflated into memory up to 512 MiB each.
 *
 * @param wanted names to read; others may be of any kind
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset
 */
export function parseNpz(source: ByteSource, wanted: (name: string) => boolean = () => true): ReadonlyMap<string, StoredArray> {
  const arrays = new Map<string, StoredArray>();
  for (const member of readZipDirectory(source)) {
    const name = member.name.replace(/\.npy$/, '');
    if (name === member.name || !wanted(name)) continue;
    if (member.method === 0) {
      const start = memberStart(source, member);
      arrays.set(name, { name, ...parseNpyHeader(source, start, start + member.stored) });
    } else {
      const inflated = readMember(source, member, MAX_INFLATED_BYTES);
      const header = parseNpyHeader(memorySource(inflated, `${source.file}, "${member.name}" inflated`));
      arrays.set(name, { name, ...header, inflated });
    }
  }
  return arrays;
}

/** An `.npy` file as a stored array. */
export function parseNpy(source: ByteSource): StoredArray {
  return { name: source.file, ...parseNpyHeader(source) };
}

/**
 * Values `start` to `start + count` of an array in the order of its file, as float32.
 *
 * @throws DataError FORMAT_UNSUPPORTED (no real numbers, more than 1 GiB at once), FORMAT_TRUNCATED
 */
export function readFloats(array: StoredArray, source: ByteSource, start: number, count: number): Float32Array {
  const values = new Float32Array(checked(array, source, count));
  fill(values, array, source, start);
  return values;
}

/** As `readFloats`, in double precision: for labels and counts. */
export function readNumbers(array: StoredArray, source: ByteSource, start = 0, count = array.count): Float64Array {
  const values = new Float64Array(checked(array, source, count));
  fill(values, array, source, start);
  return values;
}

/** All texts of an array. @throws DataError FORMAT_UNSUPPORTED where it holds none */
export function readTexts(array: StoredArray, source: ByteSource): string[] {
  const { type, count } = array;
  if (type.letter !== 'U' && type.letter !== 'S') throw unsupported(array, source, `expected texts, got "${type.name}"`);
  checked(array, source, count);
  return decodeTexts(bytesOf(array, source, 0, count), type, count);
}

function unsupported({ name, dataOffset }: StoredArray, source: ByteSource, what: string): DataError {
  return new DataError('FORMAT_UNSUPPORTED', `${source.file}, byte ${dataOffset} ("${name}"): ${what}`, {
    details: { file: source.file, byteOffset: dataOffset, array: name },
  });
}

function checked(array: StoredArray, source: ByteSource, count: number): number {
  if (count * Math.max(8, array.type.bytes) > MAX_READ_BYTES)
    throw unsupported(array, source, `expected at most ${MAX_READ_BYTES} bytes at once, ${count} values take more`);
  return count;
}

function bytesOf({ type, dataOffset, inflated }: StoredArray, source: ByteSource, start: number, count: number): Uint8Array {
  const from = dataOffset + start * type.bytes;
  return inflated ? inflated.subarray(from, from + count * type.bytes) : source.read(from, count * type.bytes);
}

function fill(values: Float32Array | Float64Array, array: StoredArray, source: ByteSource, start: number): void {
  const { type } = array;
  const read = elementReader(type);
  if (!read) throw unsupported(array, source, `expected real numbers, got "${type.name}"`);
  const bytes = bytesOf(array, source, start, values.length);
  if (type.name === '<f4' && values instanceof Float32Array && bytes.byteOffset % 4 === 0) {
    values.set(new Float32Array(bytes.buffer, bytes.byteOffset, values.length));
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * type.bytes);
}
