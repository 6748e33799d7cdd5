import { DataError } from '../../../core/errors.js';
import type { ByteSource } from '../byte-source.js';
import { OPCODES } from './opcodes.js';
import { PickleCursor } from './pickle-cursor.js';
import { PickleMachine } from './pickle-machine.js';

export interface PickleOptions {
  /** Bound on the values of the pickle; one takes up to 200 bytes of memory. Default 2^24. */
  readonly maxValues?: number;
}

/**
 * Reads a pickle of plain data: protocols 0 to 5; None, booleans, numbers, texts, bytes, lists, tuples, dicts, sets and NumPy
 * arrays and numbers (NumPy 1 and 2, in-band). Lists and tuples become arrays, dicts Maps, sets Sets, arrays `PickledArray`, whole
 * numbers beyond 2^53 bigints. The values of arrays, and texts and bytes above 1 KiB, stay in the file as `PickledBytes` until
 * somebody reads them. A name of any other function or class ends the reading: nothing in a pickle is ever run.
 *
 * Format: CPython's `Lib/pickletools.py`; NumPy's `ndarray.__reduce__`.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset
 */
export function parsePickle(source: ByteSource, options: PickleOptions = {}): unknown {
  const cursor = new PickleCursor(source);
  const machine = new PickleMachine(cursor, options.maxValues ?? 2 ** 24);
  while (!machine.stopped) {
    cursor.instruction = cursor.offset;
    if (cursor.offset >= source.size)
      throw new DataError(
        'FORMAT_TRUNCATED',
        `${cursor.where()}: the pickle ends without its last instruction; it is cut short`,
        {
          details: cursor.details(),
        },
      );
    const code = cursor.uint8();
    const run =
      OPCODES[code] ??
      cursor.unsupported(
        `0x${code.toString(16).padStart(2, '0')} is no instruction of a pickle of plain data; the file is damaged, or no pickle of lists, dicts and arrays`,
      );
    run(machine, cursor);
  }
  return machine.pop();
}
