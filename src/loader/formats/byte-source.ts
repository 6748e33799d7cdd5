import { DataError } from '../../core/errors.js';

/** Bytes that can be read from anywhere, such as a file too large for the memory. */
export interface ByteSource {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`; they may be a view.
   * @throws DataError FORMAT_TRUNCATED where they reach past the end, DATA_PATH_MISSING where the file can't be read
   */
  read(offset: number, length: number): Uint8Array;
}

/** A source of bytes in memory. */
export function memorySource(bytes: Uint8Array, file: string): ByteSource {
  return {
    file,
    size: bytes.length,
    read(offset, length) {
      checkRange(offset, length, bytes.length, file);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** @throws DataError FORMAT_TRUNCATED where a range does not lie within `size` bytes */
export function checkRange(offset: number, length: number, size: number, file: string): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  const got = Math.max(0, size - offset);
  throw new DataError(
    'FORMAT_TRUNCATED',
    `${file}, byte ${offset}: expected ${length} bytes, got ${got}; the file is cut short or damaged`,
    { details: { file, byteOffset: offset, expected: length, got } },
  );
}
