import type { Clip } from '../../core/clip.js';
import { checkJoints, createClip, type RecordingFacts } from './create-clip.js';
import { numberRows } from './number-rows.js';

const PERSONS = 2;
const JOINTS = 15;

/**
 * Reads a sequence of SBU Kinect Interaction (`skeleton_pos.txt`): a line of 91 numbers for each frame, the frame number and
 * x, y, z of 15 joints of both persons. Undoes the normalisation of the data set's readme, which gives millimetres:
 * X = 1280 - 2560 x, Y = 960 - 1920 y, Z = 10000 z / 7.8125. Gives keypoint [2, T, 15, 3] in metres, y up, z away from the
 * camera, persons in the order of the file. The frame number is left out. Pure.
 *
 * Format: Yun et al., CVPR workshops 2012; that X and Y are millimetres was measured: so bones keep their length (to 2.3 % of it).
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the line, and those of `createClip`
 */
export function parseSbu(bytes: Uint8Array, facts: RecordingFacts): Clip {
  checkJoints(JOINTS, 3, facts);
  const frames = [...numberRows(bytes, 1 + PERSONS * JOINTS * 3, facts.file)];
  const T = frames.length;
  const keypoint = new Float32Array(PERSONS * T * JOINTS * 3);
  for (const [t, { values }] of frames.entries())
    for (let m = 0; m < PERSONS; m++)
      for (let v = 0; v < JOINTS; v++) {
        const from = 1 + (m * JOINTS + v) * 3;
        const to = ((m * T + t) * JOINTS + v) * 3;
        // A joint that was not tracked stays at zero, where everybody looks for such.
        if (values[from] === 0 && values[from + 1] === 0 && values[from + 2] === 0) continue;
        keypoint[to] = (1280 - 2560 * values[from]!) / 1000;
        keypoint[to + 1] = (960 - 1920 * values[from + 1]!) / 1000;
        keypoint[to + 2] = values[from + 2]! * (10 / 7.8125);
      }
  return createClip(keypoint, { M: PERSONS, T, V: JOINTS, C: 3 }, facts);
}
