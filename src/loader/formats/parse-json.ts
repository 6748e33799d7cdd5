import { DataError, messageOf } from '../../core/errors.js';
import { findJsonError } from './find-json-error.js';

/** A clip of ten minutes with six people takes about 60 MB as JSON. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * Parses a JSON file.
 *
 * @throws DataError FORMAT_UNSUPPORTED (not JSON, or more than 256 MiB) or FORMAT_TRUNCATED (it ends inside a value), with the
 * byte offset
 */
export function parseJson(bytes: Uint8Array, file: string): unknown {
  if (bytes.length > MAX_BYTES)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${file}, byte 0: expected at most ${MAX_BYTES} bytes of JSON, got ${bytes.length}`,
      {
        details: { file, byteOffset: 0, expected: MAX_BYTES, got: bytes.length },
      },
    );
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = findJsonError(text);
    const byteOffset = start + Buffer.byteLength(text.slice(0, at));
    const found = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end of the file';
    throw new DataError(
      at < text.length ? 'FORMAT_UNSUPPORTED' : 'FORMAT_TRUNCATED',
      `${file}, byte ${byteOffset}: this is not JSON (${messageOf(cause).split(',')[0]}), found ${found}; the file is cut short or damaged`,
      { cause, details: { file, byteOffset } },
    );
  }
}
