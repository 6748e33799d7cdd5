/**
 * Numbers of the MAT-file level 5 format (MathWorks, "MAT-File Format", R2023b, tables 1-1 and 1-3).
 */

export type NumericArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Constructor and reader of one number type. */
export interface NumericType {
  readonly name: string;
  readonly bytes: number;
  readonly create: (length: number) => NumericArray;
  /** One value at a byte offset. */
  readonly get: (view: DataView, offset: number, littleEndian: boolean) => number | bigint;
}

const INT8: NumericType = { name: 'int8', bytes: 1, create: (n) => new Int8Array(n), get: (v, o) => v.getInt8(o) };
const UINT8: NumericType = { name: 'uint8', bytes: 1, create: (n) => new Uint8Array(n), get: (v, o) => v.getUint8(o) };
const INT16: NumericType = { name: 'int16', bytes: 2, create: (n) => new Int16Array(n), get: (v, o, le) => v.getInt16(o, le) };
const UINT16: NumericType = {
  name: 'uint16',
  bytes: 2,
  create: (n) => new Uint16Array(n),
  get: (v, o, le) => v.getUint16(o, le),
};
const INT32: NumericType = { name: 'int32', bytes: 4, create: (n) => new Int32Array(n), get: (v, o, le) => v.getInt32(o, le) };
const UINT32: NumericType = {
  name: 'uint32',
  bytes: 4,
  create: (n) => new Uint32Array(n),
  get: (v, o, le) => v.getUint32(o, le),
};
const SINGLE: NumericType = {
  name: 'single',
  bytes: 4,
  create: (n) => new Float32Array(n),
  get: (v, o, le) => v.getFloat32(o, le),
};
const DOUBLE: NumericType = {
  name: 'double',
  bytes: 8,
  create: (n) => new Float64Array(n),
  get: (v, o, le) => v.getFloat64(o, le),
};
const INT64: NumericType = {
  name: 'int64',
  bytes: 8,
  create: (n) => new BigInt64Array(n),
  get: (v, o, le) => v.getBigInt64(o, le),
};
const UINT64: NumericType = {
  name: 'uint64',
  bytes: 8,
  create: (n) => new BigUint64Array(n),
  get: (v, o, le) => v.getBigUint64(o, le),
};

/** How numbers are stored in an element (`mi...` types), by number. */
export const STORAGE_TYPES: ReadonlyMap<number, NumericType> = new Map([
  [1, INT8],
  [2, UINT8],
  [3, INT16],
  [4, UINT16],
  [5, INT32],
  [6, UINT32],
  [7, SINGLE],
  [9, DOUBLE],
  [12, INT64],
  [13, UINT64],
]);

export const MI_INT8 = 1;
export const MI_INT32 = 5;
export const MI_UINT32 = 6;
export const MI_MATRIX = 14;
export const MI_COMPRESSED = 15;

/** What a variable is in MATLAB (`mx..._CLASS`), by number, as far as it is numeric. */
export const NUMERIC_CLASSES: ReadonlyMap<number, NumericType> = new Map([
  [6, DOUBLE],
  [7, SINGLE],
  [8, INT8],
  [9, UINT8],
  [10, INT16],
  [11, UINT16],
  [12, INT32],
  [13, UINT32],
  [14, INT64],
  [15, UINT64],
]);

/** The classes that this reader refuses, by number. */
export const OTHER_CLASSES: ReadonlyMap<number, string> = new Map([
  [1, 'cell array'],
  [2, 'struct'],
  [3, 'object'],
  [4, 'char array'],
  [5, 'sparse array'],
  [16, 'function handle'],
  [17, 'opaque object'],
]);

/** Bit of the array flags that marks complex numbers. */
export const FLAG_COMPLEX = 0x08;
