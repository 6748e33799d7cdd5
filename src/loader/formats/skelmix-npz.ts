import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { type Layout, parseLayout } from '../../core/layout.js';
import type { ByteSource } from './byte-source.js';
import { checkJoints, createClip, type RecordingFacts } from './create-clip.js';
import { cutFrames, framesWithAnybody } from './cut-frames.js';
import { parseNpz, readFloats, readNumbers, readTexts, type StoredArray } from './npz/npz.js';

/** A file of skelmix' own form. */
export interface SkelmixNpz {
  /** [N, M, T, V, C], padded with zero frames. */
  readonly keypoints: StoredArray;
  /** Class of each clip, 0-based. */
  readonly labels: readonly number[];
  /** Frames of each clip that count; undefined where the zero frames at the end tell. */
  readonly lengths: readonly number[] | undefined;
  readonly ids: readonly string[] | undefined;
  readonly subjects: readonly string[] | undefined;
  readonly views: readonly string[] | undefined;
  readonly setups: readonly string[] | undefined;
  /** The split of each clip. */
  readonly splits: readonly string[] | undefined;
  readonly classNames: readonly string[] | undefined;
  readonly jointNames: readonly string[] | undefined;
  /** A layout file within the file. */
  readonly layout: Layout | undefined;
  readonly fps: number | undefined;
}

const NAMES = [
  ...['keypoints', 'labels', 'lengths', 'ids', 'subjects', 'views', 'setups'],
  ...['splits', 'class_names', 'joint_names', 'layout', 'fps'],
];

/**
 * Lists the clips of a file of skelmix' own form (docs/formats.md): `keypoints` [N, M, T, V, C] and `labels` [N]; `lengths`, `ids`,
 * `subjects`, `views`, `setups`, `splits` [N], `class_names`, `joint_names`, `layout` (JSON) and `fps` if wanted. The coordinates
 * stay in the file.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset; LAYOUT_INVALID
 */
export function parseSkelmixNpz(source: ByteSource): SkelmixNpz {
  const fail = (what: string, array?: StoredArray): never => {
    const byteOffset = array?.dataOffset ?? 0;
    throw new DataError('FORMAT_UNSUPPORTED', `${source.file}, byte ${byteOffset}: ${what}`, {
      details: { file: source.file, byteOffset },
    });
  };
  const arrays = parseNpz(source, (name) => NAMES.includes(name));
  const keypoints = arrays.get('keypoints') ?? fail('expected an array "keypoints", found none');
  if (keypoints.shape.length !== 5 || keypoints.fortran)
    fail(`expected "keypoints" as [N, M, T, V, C] in C order, got ${keypoints.shape.join(' x ')}`, keypoints);
  const [N, , T] = keypoints.shape as [number, number, number];
  const perClip = (name: string): StoredArray | undefined => {
    const array = arrays.get(name);
    if (array && (array.shape.length !== 1 || array.shape[0] !== N))
      fail(`expected one value of "${name}" for each of the ${N} clips, got ${array.shape.join(' x ')}`, array);
    return array;
  };
  const counts = (name: string, max: number): readonly number[] | undefined => {
    const array = perClip(name);
    if (!array) return undefined;
    const values = [...readNumbers(array, source)];
    const wrong = values.findIndex((value) => !Number.isInteger(value) || value < 0 || value > max);
    if (wrong >= 0) fail(`"${name}" of clip ${wrong} is ${values[wrong]}, expected a whole number from 0 to ${max}`, array);
    return values;
  };
  const texts = (array: StoredArray | undefined): readonly string[] | undefined => array && readTexts(array, source);
  const labels = counts('labels', 1e6) ?? fail('expected an array "labels", found none');
  const classNames = texts(arrays.get('class_names'));
  const beyond = classNames ? labels.findIndex((label) => label >= classNames.length) : -1;
  if (beyond >= 0)
    fail(`clip ${beyond} has the label ${labels[beyond]}, "class_names" has ${classNames?.length} names`, arrays.get('labels'));
  const ids = texts(perClip('ids'));
  if (ids && new Set(ids).size !== ids.length) fail('expected different ids, one stands twice', arrays.get('ids'));
  const fpsArray = arrays.get('fps');
  const fps = fpsArray && readNumbers(fpsArray, source, 0, 1)[0];
  if (fps !== undefined && !(fps > 0 && fps < 1e5)) fail(`expected "fps" above 0, got ${fps}`, fpsArray);
  const layoutArray = arrays.get('layout');
  return {
    keypoints,
    labels,
    lengths: counts('lengths', T),
    ids,
    subjects: texts(perClip('subjects')),
    views: texts(perClip('views')),
    setups: texts(perClip('setups')),
    splits: texts(perClip('splits')),
    classNames,
    jointNames: texts(arrays.get('joint_names')),
    layout: layoutArray && layoutIn(readTexts(layoutArray, source)[0] ?? '', `${source.file}, "layout"`),
    fps,
  };
}

function layoutIn(text: string, origin: string): Layout {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError('LAYOUT_INVALID', `${origin} is not JSON`, { cause, details: { origin } });
  }
  return parseLayout(value, origin);
}

/**
 * Reads clip `index`: keypoint [M, T, V, C], as long as `lengths` says, else without the zero frames at the end.
 *
 * @throws DataError FORMAT_TRUNCATED, and those of `createClip`
 */
export function readSkelmixClip(file: SkelmixNpz, index: number, source: ByteSource, facts: RecordingFacts): Clip {
  const { keypoints, lengths } = file;
  const [, M, T, V, C] = keypoints.shape as [number, number, number, number, number];
  checkJoints(V, C, facts);
  const size = M * T * V * C;
  const keypoint = readFloats(keypoints, source, index * size, size);
  const shape = { M, T, V, C };
  const kept = cutFrames(keypoint, shape, lengths?.[index] ?? framesWithAnybody(keypoint, shape));
  return createClip(kept.keypoint, kept.shape, facts);
}
