import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { checkJoints, createClip, type RecordingFacts } from './create-clip.js';
import { numberRows } from './number-rows.js';

/**
 * Reads a sequence of MSR-Action3D, or of another set in its form: a line of x, y, z and confidence for each joint, the joints of a
 * frame one after the other, no header. Gives keypoint [1, T, V, 3] in the units of the file; the confidence is left out. Pure.
 *
 * Format: Li, Zhang, Liu, CVPR workshops 2010, `*_skeleton3D.txt` (metres) and `*_skeleton.txt` (image coordinates).
 *
 * @throws DataError FORMAT_TRUNCATED (a frame is not whole), FORMAT_UNSUPPORTED, both with the line; those of `createClip`
 */
export function parseMsrAction3d(bytes: Uint8Array, facts: RecordingFacts): Clip {
  const { file, layout } = facts;
  const V = layout.joints.length;
  checkJoints(V, 3, facts);
  const values: number[] = [];
  let last = 0;
  for (const { line, values: joint } of numberRows(bytes, 4, file)) {
    values.push(joint[0]!, joint[1]!, joint[2]!);
    last = line;
  }
  const lines = values.length / 3;
  if (lines % V !== 0)
    throw new DataError(
      'FORMAT_TRUNCATED',
      `${file}, line ${last}: expected ${V} joints in each frame, the last one has ${lines % V}; the file is cut short or has other joints`,
      { details: { file, line: last, expected: V, got: lines % V } },
    );
  return createClip(Float32Array.from(values), { M: 1, T: lines / V, V, C: 3 }, facts);
}
