import { DataError } from '../../core/errors.js';

/** Where the bytes of a reader came from, for messages. */
export interface ReaderOrigin {
  /** Name of the file. */
  readonly file: string;
  /** Offset in the file of the compressed element that the bytes were inflated from, if they were. */
  readonly inflatedFrom?: number;
}

/**
 * A cursor over bytes that never reads past their end: a read that would throws FORMAT_TRUNCATED with the offset and what
 * was being read. Views the bytes, copies nothing.
 */
export class BoundedReader {
  readonly bytes: Uint8Array;
  readonly origin: ReaderOrigin;
  readonly littleEndian: boolean;
  /** Offset of the next byte within `bytes`. */
  offset: number;
  readonly #view: DataView;
  readonly #end: number;

  constructor(bytes: Uint8Array, origin: ReaderOrigin, littleEndian: boolean, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.origin = origin;
    this.littleEndian = littleEndian;
    this.offset = offset;
    this.#end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#end - this.offset;
  }

  /** @throws DataError FORMAT_TRUNCATED where fewer than `count` bytes are left */
  need(count: number, what: string): void {
    if (this.remaining >= count) return;
    throw new DataError(
      'FORMAT_TRUNCATED',
      `${this.where()}: the data ends inside ${what}: expected ${count} bytes, got ${Math.max(0, this.remaining)}; the file is cut short or damaged`,
      { details: { ...this.details(), expected: count, got: Math.max(0, this.remaining) } },
    );
  }

  uint16(what: string): number {
    this.need(2, what);
    const value = this.#view.getUint16(this.offset, this.littleEndian);
    this.offset += 2;
    return value;
  }

  uint32(what: string): number {
    this.need(4, what);
    const value = this.#view.getUint32(this.offset, this.littleEndian);
    this.offset += 4;
    return value;
  }

  int32(what: string): number {
    return this.uint32(what) | 0;
  }

  /** The next `count` bytes as a view. */
  take(count: number, what: string): Uint8Array {
    this.need(count, what);
    const part = this.bytes.subarray(this.offset, this.offset + count);
    this.offset += count;
    return part;
  }

  /** A reader of the next `count` bytes; this one moves past them. */
  slice(count: number, what: string): BoundedReader {
    this.need(count, what);
    const part = new BoundedReader(this.bytes, this.origin, this.littleEndian, this.offset, this.offset + count);
    this.offset += count;
    return part;
  }

  /** @throws DataError FORMAT_UNSUPPORTED at the current offset, always */
  unsupported(what: string, offset = this.offset): never {
    throw new DataError('FORMAT_UNSUPPORTED', `${this.where(offset)}: ${what}`, { details: this.details(offset) });
  }

  /** File and offset in words. */
  where(offset = this.offset): string {
    const { file, inflatedFrom } = this.origin;
    if (inflatedFrom === undefined) return `${file}, byte ${offset}`;
    return `${file}, byte ${offset} of the data inflated from byte ${inflatedFrom}`;
  }

  details(offset = this.offset): Record<string, unknown> {
    const { file, inflatedFrom } = this.origin;
    return { file, byteOffset: offset, ...(inflatedFrom === undefined ? {} : { inflatedFrom }) };
  }
}
