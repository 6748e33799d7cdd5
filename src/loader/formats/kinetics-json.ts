import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { parseJson } from './parse-json.js';

/** Persons of a frame that are looked at, and kept, as in ST-GCN. */
const LOOKED_AT = 5;
const MAX_PERSONS = 2;
const MAX_FRAMES = 1_000_000;

/** What a label file says of one clip. */
export interface KineticsLabel {
  readonly hasSkeleton: boolean;
  readonly name: string;
  readonly label: number;
}

interface Pose {
  readonly xy: readonly number[];
  readonly score: readonly number[];
  readonly sum: number;
}

type Fail = (place: string, expected: string) => never;

const failIn =
  (file: string): Fail =>
  (place, expected) => {
    throw new DataError('FORMAT_UNSUPPORTED', `${file}, ${place}: expected ${expected}`, { details: { file, place, expected } });
  };

function recordOf(value: unknown, place: string, fail: Fail): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(place, 'a JSON object');
  return value as Record<string, unknown>;
}

/**
 * Reads a label file of Kinetics-skeleton: `{id: {has_skeleton, label, label_index}}`.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset or the place
 */
export function parseKineticsLabels(bytes: Uint8Array, file: string): ReadonlyMap<string, KineticsLabel> {
  const fail = failIn(file);
  const labels = new Map<string, KineticsLabel>();
  for (const [id, entry] of Object.entries(recordOf(parseJson(bytes, file), 'byte 0', fail))) {
    const { has_skeleton: hasSkeleton, label: name, label_index: label } = recordOf(entry, JSON.stringify(id), fail);
    if (typeof hasSkeleton !== 'boolean') return fail(`${JSON.stringify(id)}.has_skeleton`, 'true or false');
    if (typeof name !== 'string') return fail(`${JSON.stringify(id)}.label`, 'the name of a class');
    if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label > 100_000)
      return fail(`${JSON.stringify(id)}.label_index`, 'a class number of at least 0');
    labels.set(id, { hasSkeleton, name, label });
  }
  return labels;
}

/**
 * Reads a clip of Kinetics-skeleton: `{data: [{frame_index, skeleton: [{pose, score}]}]}`, frames from 1. Gives keypoint
 * [M, T, V, 2], x and y in shares of the image (0 to 1), y down, and scores; M is 1 or 2: of the first five persons of each frame those
 * with the largest sum of scores, in that order. A joint of score 0 is zero. A frame that is not listed, or holds nobody, is zero; such frames at both
 * ends are left out. The file's own label is not read. Pure.
 *
 * Source: Yan et al. (ST-GCN), AAAI 2018, `feeder_kinetics.py`; without its shift by half an image.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset or the place, and those of `createClip`
 */
export function parseKinetics(bytes: Uint8Array, facts: RecordingFacts): Clip {
  const { file, layout } = facts;
  const fail = failIn(file);
  const V = layout.joints.length;
  const { data } = recordOf(parseJson(bytes, file), 'byte 0', fail);
  if (!Array.isArray(data)) return fail('data', 'a list of frames');
  const frames = new Map<number, readonly Pose[]>();
  for (const [i, entry] of data.entries()) {
    const { frame_index: number, skeleton } = recordOf(entry, `data[${i}]`, fail);
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > MAX_FRAMES)
      return fail(`data[${i}].frame_index`, `a frame number from 0 to ${MAX_FRAMES}`);
    if (!Array.isArray(skeleton)) return fail(`data[${i}].skeleton`, 'a list of persons');
    const poses = skeleton.slice(0, LOOKED_AT).map((person, p) => poseOf(person, `data[${i}].skeleton[${p}]`, V, fail));
    if (poses.length > 0) frames.set(number, poses.sort((a, b) => b.sum - a.sum).slice(0, MAX_PERSONS));
  }
  let [first, last, M] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
  for (const [number, poses] of frames) {
    first = Math.min(first, number);
    last = Math.max(last, number);
    M = Math.max(M, poses.length);
  }
  const T = frames.size === 0 ? 0 : last - first + 1;
  // Frame numbers far apart are no clip, and would ask for much memory.
  if (T > 100 * frames.size + 1000) return fail('data', `frame numbers close together, they go from ${first} to ${last}`);
  const keypoint = new Float32Array(M * T * V * 2);
  const scores = new Float32Array(M * T * V);
  for (const [number, poses] of frames)
    for (const [m, { xy, score }] of poses.entries())
      for (let v = 0; v < V; v++) {
        if (!(score[v]! > 0)) continue;
        const to = (m * T + number - first) * V + v;
        keypoint[2 * to] = xy[2 * v]!;
        keypoint[2 * to + 1] = xy[2 * v + 1]!;
        scores[to] = score[v]!;
      }
  return { ...createClip(keypoint, { M, T, V, C: 2 }, facts), score: scores, firstFrame: first };
}

function poseOf(person: unknown, place: string, V: number, fail: Fail): Pose {
  const { pose, score } = recordOf(person, place, fail);
  const numbers = (value: unknown, name: string, count: number): readonly number[] =>
    Array.isArray(value) && value.length === count && value.every((one) => typeof one === 'number')
      ? value
      : fail(`${place}.${name}`, `a list of ${count} numbers`);
  const scores = numbers(score, 'score', V);
  return { xy: numbers(pose, 'pose', 2 * V), score: scores, sum: scores.reduce((total, one) => total + one, 0) };
}
