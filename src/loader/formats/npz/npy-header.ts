import { DataError } from '../../../core/errors.js';
import type { ByteSource } from '../byte-source.js';
import { type ElementType, parseElementType } from '../element-type.js';

/** The form of an `.npy` array, and where its values are. */
export interface NpyHeader {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** True where the first axis runs fastest. */
  readonly fortran: boolean;
  /** Offset of the first value in the source. */
  readonly dataOffset: number;
  /** Number of values. */
  readonly count: number;
}

const MAX_HEADER_BYTES = 65_536;

/**
 * Reads the header of a NumPy array, format 1.0 to 3.0, that begins at `start`, and makes sure that all its values are there.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @param end where the array's bytes end, default the end of the source
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset
 */
export function parseNpyHeader(source: ByteSource, start = 0, end = source.size): NpyHeader {
  const fail = (what: string, offset = start, code: 'FORMAT_UNSUPPORTED' | 'FORMAT_TRUNCATED' = 'FORMAT_UNSUPPORTED'): never => {
    throw new DataError(code, `${source.file}, byte ${offset}: ${what}`, {
      details: { file: source.file, byteOffset: offset },
    });
  };
  const read = (offset: number, length: number): Buffer => {
    if (offset + length > end)
      fail(`expected ${length} bytes of an array's header, got ${Math.max(0, end - offset)}`, offset, 'FORMAT_TRUNCATED');
    return Buffer.from(source.read(offset, length));
  };
  const prefix = read(start, 8);
  if (prefix.toString('latin1', 0, 6) !== '\x93NUMPY') fail('expected a NumPy array (magic bytes \\x93NUMPY)');
  const version = prefix[6]!;
  if (version < 1 || version > 3) fail(`expected NumPy's format 1 to 3, got ${version}`, start + 6);
  const wide = version > 1;
  const size = wide ? read(start + 8, 4).readUInt32LE() : read(start + 8, 2).readUInt16LE();
  const textAt = start + (wide ? 12 : 10);
  if (size > MAX_HEADER_BYTES) fail(`expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${size}`, start + 8);
  const text = read(textAt, size).toString(version === 3 ? 'utf8' : 'latin1');
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  const type = descr === undefined ? undefined : parseElementType(descr);
  if (!type || fortran === undefined || sizes === undefined)
    return fail(`expected an array of numbers or texts, its header says ${JSON.stringify(text.trim().slice(0, 80))}`, textAt);
  if (type.letter === 'O')
    return fail("this is an array of Python objects, which is not read here: store it with numpy's own types", textAt);
  const shape = sizes.split(',').flatMap((word) => (word.trim() === '' ? [] : [Number.parseInt(word, 10)]));
  const count = shape.reduce((product, axis) => product * axis, 1);
  const dataOffset = textAt + size;
  if (!Number.isSafeInteger(count * type.bytes) || dataOffset + count * type.bytes > end)
    return fail(
      `an array of ${shape.join(' x ') || 'one value'} (${type.name}) needs ${count * type.bytes} bytes, there are ${end - dataOffset}; the file is cut short or damaged`,
      dataOffset,
      'FORMAT_TRUNCATED',
    );
  return { type, shape, fortran: fortran === 'True' && shape.length > 1, dataOffset, count };
}
