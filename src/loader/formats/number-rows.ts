import { DataError } from '../../core/errors.js';

/** One line of a text of numbers. */
export interface NumberRow {
  /** Line in the file, 1-based. */
  readonly line: number;
  readonly values: Float64Array;
}

const CHUNK = 1 << 20;
/** Comma or semicolon with blanks around it, or blanks alone. */
const SEPARATOR = /[ \t]*[,;][ \t]*|[ \t]+/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?(?:nan|inf|infinity)$/i;

/**
 * Reads lines of exactly `columns` numbers each, separated by commas, semicolons or blanks; LF or CRLF; blank lines are left out.
 * Yields one line at a time. With `keep`, a line whose first number it does not want is passed over with no look at the rest. `NaN` and `Inf` count as numbers: a clip's own checks name joint and frame.
 *
 * @throws DataError FORMAT_UNSUPPORTED (a word that is no number, too many numbers) or FORMAT_TRUNCATED (too few), with the line
 */
export function* numberRows(
  bytes: Uint8Array,
  columns: number,
  file: string,
  keep?: (first: number) => boolean,
): Generator<NumberRow> {
  let line = 0;
  for (const text of textLines(bytes)) {
    line++;
    const words = text.trim();
    if (words === '') continue;
    if (keep && !keep(numberOf(words.split(SEPARATOR, 1)[0]!, 0, line, file))) continue;
    const parts = words.split(SEPARATOR, columns + 1);
    if (parts.length !== columns)
      throw new DataError(
        parts.length < columns ? 'FORMAT_TRUNCATED' : 'FORMAT_UNSUPPORTED',
        `${file}, line ${line}: expected ${columns} numbers, got ${parts.length > columns ? 'more' : parts.length}${parts.length < columns ? '; the file is cut short or damaged' : ''}`,
        { details: { file, line, expected: columns, got: parts.length } },
      );
    yield { line, values: Float64Array.from(parts, (part, at) => numberOf(part, at, line, file)) };
  }
}

/** Lines of a text, one at a time, without their ends; bytes that are no ASCII come back as other letters. */
export function* textLines(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < buffer.length; ) {
    const end = buffer.indexOf(0x0a, start);
    const stop = end === -1 ? buffer.length : end;
    // A line of numbers is short; one of a binary file may have no end at all.
    yield buffer.toString('latin1', start, Math.min(stop, start + CHUNK)).replace(/\r$/, '');
    start = stop + 1;
  }
}

function numberOf(part: string, column: number, line: number, file: string): number {
  if (!NUMBER.test(part))
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${file}, line ${line}: expected a number in column ${column + 1}, got ${JSON.stringify(part.slice(0, 20))}`,
      { details: { file, line, column: column + 1 } },
    );
  // Python writes "nan" and "inf"; Number() knows neither.
  if (/nan/i.test(part)) return Number.NaN;
  if (/inf/i.test(part)) return part.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(part);
}
