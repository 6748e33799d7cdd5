import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import type { ByteSource } from './byte-source.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { cutFrames, framesWithAnybody } from './cut-frames.js';
import { parseNpz, readFloats, readNumbers, type StoredArray } from './npz/npz.js';

/** One half of a file of CTR-GCN: the clips of its training or test split. */
export interface CtrgcnPart {
  /** [N, T, M V C], values of a clip in one run. */
  readonly x: StoredArray;
  /** Class of each clip, 0-based. */
  readonly labels: readonly number[];
  /** Classes that the labels have room for. */
  readonly numClasses: number;
  /** Persons M. */
  readonly persons: number;
}

/** Labels are read in runs of this many values. */
const LABEL_RUN = 1 << 20;

/**
 * Lists the clips of an `.npz` file of CTR-GCN and its kin (HD-GCN, infogcn, SkateFormer): `x_train` and `x_test` [N, T, M V C],
 * `y_train` and `y_test` one-hot [N, K] or class numbers [N]. The coordinates stay in the file.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset; LAYOUT_MISMATCH where the rows are no whole number
 * of persons
 */
export function parseCtrgcnNpz(source: ByteSource, layout: Layout): { readonly train: CtrgcnPart; readonly test: CtrgcnPart } {
  const arrays = parseNpz(source, (name) => /^[xy]_(train|test)$/.test(name));
  return { train: partOf('train', arrays, source, layout), test: partOf('test', arrays, source, layout) };
}

function partOf(name: string, arrays: ReadonlyMap<string, StoredArray>, source: ByteSource, layout: Layout): CtrgcnPart {
  const fail = (what: string, array?: StoredArray): never => {
    const byteOffset = array?.dataOffset ?? 0;
    throw new DataError('FORMAT_UNSUPPORTED', `${source.file}, byte ${byteOffset}: ${what}`, {
      details: { file: source.file, byteOffset },
    });
  };
  const x = arrays.get(`x_${name}`) ?? fail(`expected arrays x_train, y_train, x_test and y_test, found no x_${name}`);
  const y = arrays.get(`y_${name}`) ?? fail(`expected arrays x_train, y_train, x_test and y_test, found no y_${name}`);
  const [count, , width] = x.shape;
  if (x.shape.length !== 3 || x.fortran)
    return fail(`expected "${x.name}" as [N, T, M V C] in C order, got ${x.shape.join(' x ')}`, x);
  const size = layout.joints.length * layout.channels;
  const persons = width! / size;
  if (count! > 0 && (!Number.isInteger(persons) || persons < 1))
    throw new DataError(
      'LAYOUT_MISMATCH',
      `${source.file}, byte ${x.dataOffset}: the rows of "${x.name}" have ${width} values, which is no whole number of persons of the layout "${layout.name}" (${size} values): give the layout that the clips have`,
      { details: { file: source.file, byteOffset: x.dataOffset, expected: size, got: width } },
    );
  if (y.shape[0] !== count || y.shape.length > 2 || y.fortran)
    return fail(`expected "${y.name}" as [${count}, classes] or [${count}], got ${y.shape.join(' x ')}`, y);
  const labels = y.shape.length === 2 ? oneHot(y, source, fail) : numbers(y, source, fail);
  const numClasses = y.shape[1] ?? labels.reduce((most, label) => Math.max(most, label + 1), 0);
  return { x, labels, numClasses, persons };
}

type Fail = (what: string, array?: StoredArray) => never;

function oneHot(y: StoredArray, source: ByteSource, fail: Fail): number[] {
  const [count, classes] = y.shape as [number, number];
  if (classes === 0 && count > 0) fail(`expected at least one class in "${y.name}", got none`, y);
  const labels: number[] = [];
  const rows = Math.max(1, Math.floor(LABEL_RUN / Math.max(1, classes)));
  for (let row = 0; row < count; row += rows) {
    const some = Math.min(rows, count - row);
    const values = readNumbers(y, source, row * classes, some * classes);
    for (let i = 0; i < some; i++) {
      const hot = values.subarray(i * classes, (i + 1) * classes);
      const label = hot.findIndex((value) => value > 0);
      if (label < 0) fail(`row ${row + i} of "${y.name}" marks no class`, y);
      labels.push(label);
    }
  }
  return labels;
}

function numbers(y: StoredArray, source: ByteSource, fail: Fail): number[] {
  const labels: number[] = [];
  for (const [row, label] of readNumbers(y, source).entries()) {
    if (!Number.isInteger(label) || label < 0 || label > 1e6)
      fail(`row ${row} of "${y.name}" is ${label}, expected a class number`, y);
    labels.push(label);
  }
  return labels;
}

/**
 * Reads clip `index` of a part: keypoint [M, T, V, C] without the zero frames that pad it. Two equal bodies stay two.
 *
 * @throws DataError FORMAT_TRUNCATED, and those of `createClip`
 */
export function readCtrgcnClip({ x, persons }: CtrgcnPart, index: number, source: ByteSource, facts: RecordingFacts): Clip {
  const { layout } = facts;
  const [, T, width] = x.shape as [number, number, number];
  const rows = readFloats(x, source, index * T * width, T * width);
  const shape = { M: persons, T, V: layout.joints.length, C: layout.channels };
  const size = shape.V * shape.C;
  const keypoint = new Float32Array(rows.length);
  for (let t = 0; t < T; t++)
    for (let m = 0; m < persons; m++)
      keypoint.set(rows.subarray(t * width + m * size, t * width + (m + 1) * size), (m * T + t) * size);
  const trimmed = cutFrames(keypoint, shape, framesWithAnybody(keypoint, shape));
  return createClip(trimmed.keypoint, trimmed.shape, facts);
}
