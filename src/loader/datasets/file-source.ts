import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DataError, messageOf } from '../../core/errors.js';
import { type ByteSource, checkRange } from '../formats/byte-source.js';

/**
 * Reads parts of a file in place; the file is open while `use` runs, and never in memory as a whole.
 *
 * @param file name for messages, default the path
 * @throws DataError DATA_PATH_MISSING where the file can't be opened or read, and what `use` throws
 */
export function withFileSource<Result>(path: string, use: (source: ByteSource) => Result, file = path): Result {
  const attempt = <Value>(act: () => Value): Value => {
    try {
      return act();
    } catch (cause) {
      throw new DataError('DATA_PATH_MISSING', `${path} can't be read: ${messageOf(cause)}`, { cause, details: { path } });
    }
  };
  const handle = attempt(() => openSync(path, 'r'));
  try {
    const size = attempt(() => fstatSync(handle).size);
    return use({
      file,
      size,
      read(offset, length) {
        checkRange(offset, length, size, file);
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length; ) {
          const count = attempt(() => readSync(handle, bytes, done, length - done, offset + done));
          // The file has shrunk since it was opened.
          if (count === 0) checkRange(offset, length, offset + done, file);
          done += count;
        }
        return bytes;
      },
    });
  } finally {
    closeSync(handle);
  }
}
