import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { checkJoints, createClip, type RecordingFacts } from './create-clip.js';
import { LineCursor } from './line-cursor.js';
import { numberRows } from './number-rows.js';

/** One labelled part of a recording. */
export interface UtkinectSegment {
  /** Recording, e.g. `s01_e02`. */
  readonly recording: string;
  /** Name of the action as the file spells it. */
  readonly action: string;
  /** First and last frame number, both part of it; undefined where the file says NaN: there is no such segment. */
  readonly range: readonly [first: number, last: number] | undefined;
}

/**
 * Reads `actionLabel.txt` of UTKinect-Action3D: blocks headed `sSS_eEE`, then lines `name: first last`.
 *
 * @throws DataError FORMAT_UNSUPPORTED with the line
 */
export function parseUtkinectLabels(bytes: Uint8Array, file: string): UtkinectSegment[] {
  const lines = new LineCursor(bytes, file);
  const segments: UtkinectSegment[] = [];
  let recording: string | undefined;
  for (let text = lines.next(); text !== undefined; text = lines.next()) {
    const head = /^s\d\d_e\d\d$/.exec(text);
    if (head) {
      recording = text;
      continue;
    }
    const match = /^([A-Za-z]+):\s*(\d{1,9}|NaN)\s+(\d{1,9}|NaN)$/.exec(text);
    if (!match) lines.fail(`expected "sSS_eEE" or "name: first last", got ${JSON.stringify(text.slice(0, 40))}`);
    const of = recording ?? lines.fail('an action stands before the name of any recording');
    const [, action, first, last] = match as unknown as [string, string, string, string];
    const range = first === 'NaN' || last === 'NaN' ? undefined : ([Number(first), Number(last)] as const);
    if (range && range[1] < range[0]) lines.fail(`the segment "${action}" ends (${last}) before it begins (${first})`);
    segments.push({ recording: of, action, range });
  }
  return segments;
}

/**
 * Reads one segment of a recording of UTKinect-Action3D: lines of a frame number and x, y, z of 20 joints, of which those with
 * `first <= number <= last` are taken. Of lines that repeat a frame number the first one counts. Gives keypoint [1, T, V, 3] in
 * metres, Kinect v1 camera space; T counts the lines, not the frame numbers, most of which go up by two. Pure.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the line; CLIP_EMPTY (no line in the range), and those of `createClip`
 */
export function parseUtkinect(bytes: Uint8Array, [first, last]: readonly [number, number], facts: RecordingFacts): Clip {
  const { file, layout, id } = facts;
  const V = layout.joints.length;
  checkJoints(V, 3, facts);
  const frames: Float64Array[] = [];
  let previous = Number.NaN;
  const isNew = (number: number): boolean => {
    const repeats = number === previous;
    previous = number;
    return !repeats && number >= first && number <= last;
  };
  for (const { values } of numberRows(bytes, 1 + V * 3, file, isNew)) frames.push(values);
  if (frames.length === 0)
    throw new DataError('CLIP_EMPTY', `${file}: no frame from ${first} to ${last}, where ${id} should be`, {
      details: { file, clip: id, first, last },
    });
  const keypoint = new Float32Array(frames.length * V * 3);
  for (const [t, values] of frames.entries()) keypoint.set(values.subarray(1), t * V * 3);
  return createClip(keypoint, { M: 1, T: frames.length, V, C: 3 }, facts);
}
