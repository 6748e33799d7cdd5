import { inflateSync } from 'node:zlib';
import { DataError, messageOf } from '../../core/errors.js';
import { BoundedReader } from './bounded-reader.js';
import {
  FLAG_COMPLEX,
  MI_COMPRESSED,
  MI_INT8,
  MI_INT32,
  MI_MATRIX,
  MI_UINT32,
  NUMERIC_CLASSES,
  type NumericArray,
  OTHER_CLASSES,
  STORAGE_TYPES,
} from './mat-v5-types.js';

/** One numeric array of a MAT-file. */
export interface MatVariable {
  readonly name: string;
  /** Axis sizes, at least two. */
  readonly dims: readonly number[];
  /** Values in column-major order: the first axis runs fastest. The type is the variable's MATLAB class. */
  readonly data: NumericArray;
}

export interface MatOptions {
  /** Name of the file, for messages. Default `MAT-file`. */
  readonly file?: string;
  /** Only the variable of this name is read; others may be of any class. Default: all. */
  readonly only?: string;
  /** Bound on what all compressed elements of the file inflate to. Default 64 MiB. */
  readonly maxInflatedBytes?: number;
}

const HEADER_BYTES = 128;
const DEFAULT_MAX_INFLATED_BYTES = 64 * 2 ** 20;

/**
 * Reads the numeric variables of a MAT-file level 5 (MATLAB's `-v6` and `-v7`), in the order of the file. Both byte orders,
 * compressed elements, small elements and every numeric class and storage type; values that MATLAB stored in a smaller type
 * come back in the variable's own class. Pure; the arrays are copies.
 *
 * Format: MathWorks, "MAT-File Format", chapter 1.
 *
 * @throws DataError FORMAT_TRUNCATED (the bytes end early or don't inflate), FORMAT_UNSUPPORTED (not level 5, a cell array, a
 * struct, chars, complex or sparse numbers, more than `maxInflatedBytes`); both with the byte offset
 */
export function parseMatV5(bytes: Uint8Array, options: MatOptions = {}): MatVariable[] {
  const { file = 'MAT-file', only, maxInflatedBytes = DEFAULT_MAX_INFLATED_BYTES } = options;
  const top = new BoundedReader(bytes, { file }, readByteOrder(bytes, file), HEADER_BYTES);
  const variables: MatVariable[] = [];
  let inflatedBytes = 0;
  while (top.remaining > 0) {
    const start = top.offset;
    const type = top.uint32('the type of an element');
    const size = top.uint32('the size of an element');
    if (type !== MI_COMPRESSED && type !== MI_MATRIX)
      return top.unsupported(`expected a matrix element (type ${MI_MATRIX} or ${MI_COMPRESSED}), got type ${type}`, start);
    let element: BoundedReader;
    if (type === MI_COMPRESSED) {
      const content = inflate(top, start, top.take(size, 'a compressed element'), maxInflatedBytes - inflatedBytes);
      inflatedBytes += content.length;
      const inner = new BoundedReader(content, { file, inflatedFrom: start }, top.littleEndian);
      const innerType = inner.uint32('the type of an element');
      if (innerType !== MI_MATRIX) inner.unsupported(`expected a matrix element (type ${MI_MATRIX}), got type ${innerType}`, 0);
      element = inner.slice(inner.uint32('the size of an element'), 'a matrix element');
    } else {
      element = top.slice(size, 'a matrix element');
    }
    const variable = readMatrix(element, only);
    if (variable) variables.push(variable);
  }
  return variables;
}

/** True for little endian. Checks the header on the way. */
function readByteOrder(bytes: Uint8Array, file: string): boolean {
  const header = new BoundedReader(bytes, { file }, true);
  header.need(HEADER_BYTES, `the ${HEADER_BYTES} bytes of a MAT-file header`);
  header.offset = 126;
  const mark = String.fromCharCode(bytes[126]!, bytes[127]!);
  if (mark !== 'IM' && mark !== 'MI')
    header.unsupported(`expected the byte order mark "IM" or "MI", got ${JSON.stringify(mark)}: not a MAT-file of level 5`);
  const littleEndian = mark === 'IM';
  const version = new BoundedReader(bytes, { file }, littleEndian, 124).uint16('the version');
  if (version === 0x0200)
    header.unsupported('this is a MAT-file 7.3 (HDF5), which is not read here: save it with "-v7" instead', 124);
  if (version !== 0x0100) header.unsupported(`expected version 0x0100, got 0x${version.toString(16).padStart(4, '0')}`, 124);
  return littleEndian;
}

function inflate(top: BoundedReader, start: number, part: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateSync(part, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      top.unsupported(
        `a compressed element inflates to more than the ${maxBytes} bytes left of the bound on inflated data`,
        start,
      );
    throw new DataError(
      'FORMAT_TRUNCATED',
      `${top.where(start)}: a compressed element of ${part.length} bytes does not inflate (${messageOf(cause)}); the file is cut short or damaged`,
      { cause, details: top.details(start) },
    );
  }
}

interface SubElement {
  readonly type: number;
  readonly start: number;
  readonly data: Uint8Array;
}

function readSubElement(reader: BoundedReader, what: string): SubElement {
  const start = reader.offset;
  const word = reader.uint32(`the type of ${what}`);
  if (word >>> 16 !== 0) {
    // A small element packs size and type into one word and keeps up to 4 bytes of data in the next.
    const size = word >>> 16;
    if (size > 4) reader.unsupported(`a small element holds at most 4 bytes, ${what} claims ${size}`, start);
    const data = reader.take(4, what).subarray(0, size);
    return { type: word & 0xffff, start, data };
  }
  const size = reader.uint32(`the size of ${what}`);
  const data = reader.take(size, what);
  // Padding to 8 bytes may be left out at the very end.
  reader.offset += Math.min((8 - (size % 8)) % 8, reader.remaining);
  return { type: word, start, data };
}

function readMatrix(reader: BoundedReader, only: string | undefined): MatVariable | undefined {
  const flagsElement = readSubElement(reader, 'the array flags');
  if (flagsElement.type !== MI_UINT32 || flagsElement.data.length !== 8)
    reader.unsupported(
      `expected array flags of 8 bytes (type ${MI_UINT32}), got ${flagsElement.data.length} (type ${flagsElement.type})`,
      flagsElement.start,
    );
  const flags = viewOf(flagsElement.data).getUint32(0, reader.littleEndian);
  const dimsElement = readSubElement(reader, 'the dimensions');
  if (dimsElement.type !== MI_INT32 || dimsElement.data.length < 8 || dimsElement.data.length % 4 !== 0)
    reader.unsupported(
      `expected at least two dimensions as int32 (type ${MI_INT32}), got ${dimsElement.data.length} bytes of type ${dimsElement.type}`,
      dimsElement.start,
    );
  const dimsView = viewOf(dimsElement.data);
  const dims = Array.from({ length: dimsElement.data.length / 4 }, (_, i) => dimsView.getInt32(4 * i, reader.littleEndian));
  if (dims.some((dim) => dim < 0)) reader.unsupported(`a dimension is negative: ${dims.join(' x ')}`, dimsElement.start);
  const nameElement = readSubElement(reader, 'the name');
  if (nameElement.type !== MI_INT8)
    reader.unsupported(`expected a name (type ${MI_INT8}), got type ${nameElement.type}`, nameElement.start);
  const name = Buffer.from(nameElement.data).toString('latin1');
  if (only !== undefined && name !== only) return undefined;

  const numericClass = NUMERIC_CLASSES.get(flags & 0xff);
  if (!numericClass) {
    const className = OTHER_CLASSES.get(flags & 0xff) ?? `of unknown class ${flags & 0xff}`;
    reader.unsupported(`variable "${name}" is a ${className}; only real numeric arrays are read`, flagsElement.start);
  }
  if ((flags >>> 8) & FLAG_COMPLEX)
    reader.unsupported(`variable "${name}" is complex; only real numeric arrays are read`, flagsElement.start);

  const values = readSubElement(reader, `the values of "${name}"`);
  const storage = STORAGE_TYPES.get(values.type);
  if (!storage) reader.unsupported(`the values of "${name}" are stored in an unknown type ${values.type}`, values.start);
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (values.data.length !== count * storage.bytes)
    throw new DataError(
      'FORMAT_TRUNCATED',
      `${reader.where(values.start)}: variable "${name}" is ${dims.join(' x ')}, so expected ${count * storage.bytes} bytes of ${storage.name}, got ${values.data.length}`,
      { details: { ...reader.details(values.start), expected: count * storage.bytes, got: values.data.length } },
    );
  const data = numericClass.create(count);
  const view = viewOf(values.data);
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let i = 0; i < count; i++) {
    const value = storage.get(view, i * storage.bytes, reader.littleEndian);
    (data as { [index: number]: number | bigint })[i] = isBig ? BigInt(value) : Number(value);
  }
  return { name, dims, data };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
