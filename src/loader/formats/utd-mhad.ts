import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { checkJoints, createClip, type RecordingFacts } from './create-clip.js';
import { parseMatV5 } from './mat-v5.js';

const VARIABLE = 'd_skel';
/** The longest recording has 125 frames, 60 KB; this leaves room for 17 minutes. */
const MAX_INFLATED_BYTES = 16 * 2 ** 20;

/**
 * Reads one skeleton recording of UTD-MHAD: a MAT-file with `d_skel`, [V, 3, T] column-major, metres. Gives keypoint
 * [1, T, V, 3]. Pure.
 *
 * Format: the data set's home page and file `Skeleton_joint_order.txt` (Chen, Jafari, Kehtarnavaz, ICIP 2015).
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED (see `parseMatV5`; no `d_skel`, or one of another shape),
 * and those of `createClip`
 */
export function parseUtdMhad(bytes: Uint8Array, facts: RecordingFacts): Clip {
  const { file, layout } = facts;
  const [variable] = parseMatV5(bytes, { file, only: VARIABLE, maxInflatedBytes: MAX_INFLATED_BYTES });
  if (!variable)
    throw new DataError('FORMAT_UNSUPPORTED', `${file}: expected a variable "${VARIABLE}", found none of that name`, {
      details: { file, byteOffset: 128, expected: VARIABLE },
    });
  const V = layout.joints.length;
  // MATLAB drops a last axis of 1: a recording of one frame is V x 3.
  const [joints, channels, T = 1, ...more] = variable.dims;
  if (channels !== 3 || more.length > 0)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${file}: "${VARIABLE}" must be joints x 3 x frames, got ${variable.dims.join(' x ')}`,
      {
        details: { file, byteOffset: 128, dims: variable.dims },
      },
    );
  checkJoints(joints!, channels, facts);
  const keypoint = new Float32Array(T * V * 3);
  for (let t = 0; t < T; t++) {
    for (let v = 0; v < V; v++) {
      for (let c = 0; c < 3; c++) keypoint[(t * V + v) * 3 + c] = Number(variable.data[v + V * (c + 3 * t)]);
    }
  }
  return createClip(keypoint, { M: 1, T, V, C: 3 }, facts);
}
