import { decodeTexts, type ElementType, elementReader, parseElementType } from '../element-type.js';
import type { PickleCursor } from './pickle-cursor.js';
import type { PickledArray } from './pickled-array.js';
import { PickledBytes } from './pickled-bytes.js';

/** The type of an array while it is being described. */
export interface PickledType {
  readonly kind: 'type';
  type: ElementType;
}

/** A function or class that a pickle may name. */
export interface PickledGlobal {
  readonly kind: 'global';
  readonly name: string;
  /** What calling it makes; undefined for a class that may only be named. */
  readonly call?: (args: readonly unknown[], cursor: PickleCursor) => unknown;
}

/** Bytes of a value: of a text each letter is one. */
export function asBytes(value: unknown, cursor: PickleCursor): PickledBytes | Uint8Array {
  if (value instanceof PickledBytes || value instanceof Uint8Array) return value;
  if (typeof value === 'string' && [...value].every((letter) => letter.charCodeAt(0) < 256)) return Buffer.from(value, 'latin1');
  return cursor.unsupported('expected the bytes of an array');
}

function asShape(value: unknown, cursor: PickleCursor): readonly number[] {
  const sizes = Array.isArray(value) ? value : [value];
  if (sizes.length > 32 || !sizes.every((size) => Number.isSafeInteger(size) && size >= 0))
    return cursor.unsupported('expected the shape of an array: up to 32 whole numbers');
  return sizes;
}

function isType(value: unknown): value is PickledType {
  return typeof value === 'object' && value !== null && (value as PickledType).kind === 'type';
}

const newArray = (cursor: PickleCursor): PickledArray => ({
  kind: 'array',
  shape: [0],
  type: undefined,
  fortran: false,
  offset: cursor.instruction,
  data: [],
});

/** Fills an array from the state that NumPy pickles: (version, shape, type, is Fortran, values). */
export function buildArray(array: PickledArray, state: unknown, cursor: PickleCursor): void {
  const parts = Array.isArray(state) ? state.slice(-4) : [];
  const [shape, type, fortran, data] = parts;
  if (parts.length < 4 || !isType(type)) cursor.unsupported('expected the state of a NumPy array');
  array.shape = asShape(shape, cursor);
  array.fortran = fortran === true || fortran === 1;
  if (type.type.letter === 'O') {
    if (!Array.isArray(data)) cursor.unsupported('expected the objects of a NumPy array');
    array.type = undefined;
    array.data = data;
    return;
  }
  array.type = type.type;
  array.data = asBytes(data, cursor);
}

/** Takes the byte order and the size from the state of a NumPy type: (version, order, sub-array, names, fields, size, ...). */
export function buildType(target: PickledType, state: unknown, cursor: PickleCursor): void {
  const [, order, subarray, names, fields, size] = Array.isArray(state) ? state : [];
  if (typeof order !== 'string') cursor.unsupported('expected the state of a NumPy type');
  if ((subarray ?? names ?? fields ?? null) !== null)
    cursor.unsupported('arrays of structures are not read here: store one array of numbers for each');
  const { letter, bytes } = target.type;
  const width = (letter === 'S' || letter === 'U') && typeof size === 'number' && size >= 0 ? size : bytes;
  const name = `${order}${letter}${letter === 'U' ? width / 4 : width}`;
  target.type = parseElementType(name) ?? cursor.unsupported(`arrays of the type ${JSON.stringify(name)} are not read here`);
}

const reconstruct = (_: readonly unknown[], cursor: PickleCursor): PickledArray => newArray(cursor);

function dtype([name]: readonly unknown[], cursor: PickleCursor): PickledType {
  const words = typeof name === 'string' ? (name === 'O' ? 'O8' : name === 'bool' ? 'b1' : name) : '';
  const type = parseElementType(words);
  return type ? { kind: 'type', type } : cursor.unsupported(`arrays of the type ${JSON.stringify(name)} are not read here`);
}

function fromBuffer([buffer, type, shape, order]: readonly unknown[], cursor: PickleCursor): PickledArray {
  if (!isType(type)) return cursor.unsupported('expected the type of a NumPy array');
  const array = newArray(cursor);
  array.shape = asShape(shape, cursor);
  array.type = type.type;
  array.fortran = order === 'F';
  array.data = asBytes(buffer, cursor);
  return array;
}

function scalar([type, data]: readonly unknown[], cursor: PickleCursor): unknown {
  if (!isType(type)) return cursor.unsupported('expected the type of a NumPy number');
  const stored = asBytes(data, cursor);
  const bytes = stored instanceof Uint8Array ? stored : stored.read(cursor.source);
  if (bytes.length !== type.type.bytes)
    return cursor.unsupported(`expected ${type.type.bytes} bytes of a NumPy number, got ${bytes.length}`);
  const { letter } = type.type;
  if (letter === 'S' || letter === 'U') return decodeTexts(bytes, type.type, 1)[0];
  const value = elementReader(type.type)?.(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  return letter === 'b' ? value !== 0 : value;
}

function encode([text, encoding]: readonly unknown[], cursor: PickleCursor): unknown {
  if (typeof encoding !== 'string' || !/^latin[-_]?1$|^iso-?8859-1$/i.test(encoding))
    return cursor.unsupported(`expected bytes as Latin-1 text, got ${JSON.stringify(encoding)}`);
  return asBytes(text, cursor);
}

const bytesOf = (args: readonly unknown[], cursor: PickleCursor): unknown =>
  args.length === 0 ? new Uint8Array(0) : args.length === 1 ? asBytes(args[0], cursor) : encode(args, cursor);

function setOf([values = []]: readonly unknown[], cursor: PickleCursor): Set<unknown> {
  if (!Array.isArray(values) || values.some((value) => typeof value === 'object' && value !== null))
    return cursor.unsupported('expected a set of texts or numbers');
  return new Set(values);
}

const CALLS: ReadonlyMap<string, PickledGlobal['call']> = new Map([
  ['numpy.core.multiarray _reconstruct', reconstruct],
  ['numpy._core.multiarray _reconstruct', reconstruct],
  ['numpy.core.multiarray scalar', scalar],
  ['numpy._core.multiarray scalar', scalar],
  ['numpy.core.numeric _frombuffer', fromBuffer],
  ['numpy._core.numeric _frombuffer', fromBuffer],
  ['numpy ndarray', undefined],
  ['numpy dtype', dtype],
  ['_codecs encode', encode],
  ['builtins bytearray', bytesOf],
  ['builtins bytes', bytesOf],
  ['__builtin__ bytearray', bytesOf],
  ['__builtin__ bytes', bytesOf],
  ['builtins set', setOf],
  ['builtins frozenset', setOf],
  ['__builtin__ set', setOf],
  ['__builtin__ frozenset', setOf],
]);

/**
 * The function or class of that name, if it is one of the few that arrays need (NumPy 1 and 2). Nothing is ever imported or run.
 *
 * @throws DataError FORMAT_UNSUPPORTED for any other name
 */
export function globalNamed(module: unknown, name: unknown, cursor: PickleCursor): PickledGlobal {
  const full = `${module} ${name}`;
  if (!CALLS.has(full))
    return cursor.unsupported(
      `the pickle names ${JSON.stringify(`${module}.${name}`.slice(0, 100))}, which is neither data nor a NumPy array; such a pickle could run any code and is not read: store it again as lists, dicts and arrays`,
    );
  const call = CALLS.get(full);
  return { kind: 'global', name: full, ...(call ? { call } : {}) };
}
