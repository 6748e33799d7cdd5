import type { Clip } from '../../../src/core/clip.js';
import { parseLayout } from '../../../src/core/layout.js';
import { keyedRandom } from '../../../src/core/random.js';
import type { TrainingSubject } from '../../../src/generator/index.js';

/** Three joints on a picture: no feet, y downwards. */
const flat = parseLayout(
  { name: 'flat', channels: 2, joints: ['hip', 'head', 'hand'], root: 'hip', parents: { head: 'hip', hand: 'head' } },
  'flat',
);

/** Two persons in pixels who approach (class 0) or part (class 1); the second one leaves before the end. */
function pairClip(split: string, index: number): Clip {
  const random = keyedRandom('pairs', split, index);
  const T = 10;
  const label = index % 2;
  const keypoint = new Float32Array(2 * T * 3 * 2);
  for (let m = 0; m < 2; m++)
    for (let t = 0; t < (m === 1 ? 8 : T); t++) {
      const x = 300 + (m === 0 ? -1 : 1) * (label === 0 ? 120 - 8 * t : 40 + 8 * t) + 2 * random.normal();
      const joints = [x, 400, x, 300, x + 30, 330].map((value) => value + random.normal());
      keypoint.set(joints, (m * T + t) * 6);
    }
  return {
    ...{ id: `${split}/${index}`, keypoint, shape: { M: 2, T, V: 3, C: 2 }, label, layout: 'flat', fps: 25 },
    provenance: { kind: 'simulated', dataset: 'pairs', seed: 0, index },
  };
}

/** Twelve clips of two persons in 2-D. */
export function flatPairs(split: string): TrainingSubject {
  return {
    clips: Array.from({ length: 12 }, (_, i) => pairClip(split, i)),
    layout: flat,
    classes: ['approach', 'part'],
    dataset: { name: 'pairs', split, simulated: true, digest: `pairs ${split}` },
  };
}
