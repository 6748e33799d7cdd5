import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { type BvhJoint, parseBvhHierarchy } from './bvh-hierarchy.js';
import { placeJoints } from './bvh-kinematics.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { LineCursor } from './line-cursor.js';

const MAX_FRAMES = 10_000_000;
const SEPARATOR = /\s+/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** How to read motion capture as a clip. */
export interface BvhOptions {
  /** Metres of a unit of the file: 0.01 for centimetres. */
  readonly metres: number;
}

/**
 * Reads a BVH file as a clip by forward kinematics: keypoint [1, T, V, 3], the world positions of the joints that the layout names,
 * in its order, times `metres`. Takes any joint tree, any order of the rotation channels, and position channels on any joint, where
 * they stand in place of its offset. The end site of joint `X` is called `X_End`. The frame rate is the file's. Pure.
 *
 * Format: Meredith, Maddock, "Motion Capture File Formats Explained" (2001).
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the line; LAYOUT_MISMATCH (a joint of the layout is missing), and
 * those of `createClip`
 */
export function parseBvh(bytes: Uint8Array, facts: RecordingFacts, { metres }: BvhOptions): Clip {
  const { file, layout } = facts;
  const lines = new LineCursor(bytes, file);
  const joints = parseBvhHierarchy(lines);
  const numChannels = joints.reduce((sum, { channels }) => sum + channels.length, 0);
  const chosen = layout.joints.map((name) => indexOf(joints, name, facts));

  const framesLine = /^Frames:\s*(\d{1,9})$/i.exec(lines.need('the number of frames'));
  if (!framesLine || Number(framesLine[1]) > MAX_FRAMES) lines.fail('expected "Frames:" and their number');
  const timeLine = /^Frame Time:\s*(\S+)$/i.exec(lines.need('the time of a frame'));
  const seconds = timeLine && NUMBER.test(timeLine[1]!) ? Number(timeLine[1]) : 0;
  if (!(seconds > 0 && seconds < 1e4)) lines.fail('expected "Frame Time:" and its seconds');
  const T = Number(framesLine![1]);

  const V = chosen.length;
  const values = new Float64Array(numChannels);
  const positions = new Float64Array(joints.length * 3);
  const frames: Float32Array[] = [];
  for (let t = 0; t < T; t++) {
    const fields = lines.need(`frame ${t} of ${T}`).split(SEPARATOR, numChannels + 1);
    if (fields.length !== numChannels)
      lines.fail(
        `expected ${numChannels} numbers, got ${fields.length > numChannels ? 'more' : fields.length}`,
        fields.length < numChannels ? 'FORMAT_TRUNCATED' : 'FORMAT_UNSUPPORTED',
      );
    for (let i = 0; i < numChannels; i++) {
      if (!NUMBER.test(fields[i]!))
        lines.fail(`expected a number in column ${i + 1}, got ${JSON.stringify(fields[i]!.slice(0, 20))}`);
      values[i] = Number(fields[i]);
    }
    placeJoints(joints, values, positions);
    const frame = new Float32Array(V * 3);
    for (const [v, joint] of chosen.entries()) for (let c = 0; c < 3; c++) frame[v * 3 + c] = positions[joint * 3 + c]! * metres;
    frames.push(frame);
  }
  if (lines.next() !== undefined) lines.fail(`expected the end after ${T} frames, there is more`);
  const keypoint = new Float32Array(T * V * 3);
  for (const [t, frame] of frames.entries()) keypoint.set(frame, t * V * 3);
  const fps = Math.round(1e3 / seconds) / 1e3;
  return createClip(keypoint, { M: 1, T, V, C: 3 }, { ...facts, fps });
}

function indexOf(joints: readonly BvhJoint[], name: string, { file, layout }: RecordingFacts): number {
  const index = joints.findIndex((joint) => joint.name === name);
  if (index >= 0) return index;
  throw new DataError(
    'LAYOUT_MISMATCH',
    `${file}: the layout "${layout.name}" names the joint "${name}"; the file has ${joints.map((joint) => joint.name).join(', ')}`,
    { details: { file, joint: name } },
  );
}
