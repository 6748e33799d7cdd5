import { DataError } from '../../../core/errors.js';
import type { ByteSource } from '../byte-source.js';

/** Small, so that large arrays are passed over without reading them. */
const WINDOW_BYTES = 8192;
/** The longest text that is kept as a text; longer ones are arrays in disguise. */
export const MAX_TEXT_BYTES = 1024;

/** A cursor over a pickle that reads ahead a little and never past the end. */
export class PickleCursor {
  readonly source: ByteSource;
  /** Offset of the next byte. */
  offset = 0;
  /** Offset of the instruction under way, for messages. */
  instruction = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The next `count` bytes, at most a window; the view is good until the next call. */
  take(count: number): Buffer {
    const start = this.offset - this.#windowStart;
    if (start >= 0 && start + count <= this.#window.length) {
      this.offset += count;
      return this.#window.subarray(start, start + count);
    }
    const bytes = this.source.read(this.offset, Math.max(count, Math.min(WINDOW_BYTES, this.source.size - this.offset)));
    this.#window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#windowStart = this.offset;
    this.offset += count;
    return this.#window.subarray(0, count);
  }

  uint8(): number {
    return this.take(1)[0]!;
  }

  /** A 64-bit size. @throws DataError FORMAT_TRUNCATED where it can't be one of this file */
  uint64(): number {
    const size = this.take(8).readBigUInt64LE();
    if (size > BigInt(this.source.size))
      throw new DataError(
        'FORMAT_TRUNCATED',
        `${this.where()}: expected at most ${this.source.size} bytes, the size says ${size}; the file is damaged`,
        { details: this.details() },
      );
    return Number(size);
  }

  /** Passes over `count` bytes that are there, and gives their offset. */
  skip(count: number): number {
    const start = this.offset;
    if (start + count > this.source.size) this.source.read(start, count);
    this.offset += count;
    return start;
  }

  /** Passes over a line and gives its place without the line feed. */
  line(): { readonly start: number; readonly length: number } {
    const start = this.offset;
    for (;;) {
      const rest = this.source.size - this.offset;
      if (rest <= 0) this.source.read(start, this.source.size - start + 1);
      const part = this.take(Math.min(rest, WINDOW_BYTES / 2));
      const end = part.indexOf(0x0a);
      if (end === -1) continue;
      this.offset += end + 1 - part.length;
      return { start, length: this.offset - 1 - start };
    }
  }

  /** A short line as text. */
  shortLine(): string {
    const { start, length } = this.line();
    if (length > MAX_TEXT_BYTES) this.unsupported(`expected a line of at most ${MAX_TEXT_BYTES} bytes, got ${length}`);
    return Buffer.from(this.source.read(start, length)).toString('latin1');
  }

  /** File and offset of the instruction under way. */
  where(): string {
    return `${this.source.file}, byte ${this.instruction}`;
  }

  details(): Record<string, unknown> {
    return { file: this.source.file, byteOffset: this.instruction };
  }

  /** @throws DataError FORMAT_UNSUPPORTED at the instruction under way, always */
  unsupported(what: string): never {
    throw new DataError('FORMAT_UNSUPPORTED', `${this.where()}: ${what}`, { details: this.details() });
  }
}
