import { DataError } from '../../core/errors.js';
import { textLines } from './number-rows.js';

/** Goes through the lines of a text and says where it is. */
export class LineCursor {
  readonly file: string;
  readonly #lines: Iterator<string>;
  #line = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.file = file;
    this.#lines = textLines(bytes)[Symbol.iterator]();
  }

  /** The next line that is not blank, trimmed; undefined at the end. */
  next(): string | undefined {
    for (;;) {
      const { value, done } = this.#lines.next();
      if (done) return undefined;
      this.#line++;
      const text = value.trim();
      if (text !== '') return text;
    }
  }

  /** As `next`. @throws DataError FORMAT_TRUNCATED at the end */
  need(what: string): string {
    return (
      this.next() ??
      this.fail(`the file ends where ${what} should be; it is cut short or damaged`, 'FORMAT_TRUNCATED', this.#line + 1)
    );
  }

  /** A whole number from 0 to `max` on a line of its own. @throws DataError */
  count(what: string, max: number): number {
    const text = this.need(what);
    if (!/^\d{1,9}$/.test(text) || Number(text) > max)
      this.fail(`expected ${what} (0 to ${max}), got ${JSON.stringify(text.slice(0, 30))}`);
    return Number(text);
  }

  /** @throws DataError at the line that was read last, always */
  fail(what: string, code: 'FORMAT_UNSUPPORTED' | 'FORMAT_TRUNCATED' = 'FORMAT_UNSUPPORTED', line = this.#line): never {
    throw new DataError(code, `${this.file}, line ${line}: ${what}`, { details: { file: this.file, line } });
  }
}
