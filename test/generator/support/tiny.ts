import type { Clip } from '../../../src/core/clip.js';
import { type Layout, parseLayout } from '../../../src/core/layout.js';
import { keyedRandom } from '../../../src/core/random.js';
import type { TrainingSubject } from '../../../src/generator/training/training-subject.js';

/** Four joints of a stick that bends. */
export const stick: Layout = parseLayout(
  {
    name: 'stick',
    channels: 3,
    joints: ['hip', 'chest', 'hand_l', 'hand_r'],
    parents: { chest: 'hip', hand_l: 'chest', hand_r: 'chest' },
    root: 'hip',
    mirror: [['hand_l', 'hand_r']],
  },
  'stick',
);

/** A clip of the stick: class 0 lifts its hands, class 1 swings them; phase, size and place differ by index. */
export function stickClip(index: number, label = index % 2, T = 12): Clip {
  const random = keyedRandom('stick', index);
  const size = 0.9 + 0.2 * random.uniform();
  const phase = 0.4 * random.normal();
  const place = [random.normal(), 1 + 0.1 * random.normal(), 2.5];
  const keypoint = new Float32Array(T * 4 * 3);
  for (let t = 0; t < T; t++) {
    const angle = Math.sin((2 * Math.PI * t) / T + phase);
    const hand = label === 0 ? [0.4, 0.5 + 0.4 * angle, 0] : [0.4 * Math.cos(angle), 0.1, 0.4 * Math.sin(angle)];
    const joints = [
      [0, 0, 0],
      [0, 0.5, 0],
      [-hand[0]!, 0.5 + hand[1]!, hand[2]!],
      [hand[0]!, 0.5 + hand[1]!, hand[2]!],
    ];
    joints.forEach((joint, v) => {
      for (let c = 0; c < 3; c++) keypoint[(t * 4 + v) * 3 + c] = place[c]! + size * joint[c]! + 0.002 * random.normal();
    });
  }
  return {
    id: `stick/${index}`,
    keypoint,
    shape: { M: 1, T, V: 4, C: 3 },
    label,
    layout: 'stick',
    fps: 30,
    provenance: { kind: 'simulated', dataset: 'stick', seed: 0, index },
  };
}

export const stickSubject: TrainingSubject = {
  clips: Array.from({ length: 16 }, (_, i) => stickClip(i)),
  layout: stick,
  classes: ['lift', 'swing'],
  dataset: { name: 'stick', split: 'train', simulated: true, digest: 'abc' },
};

/** Settings of networks that train in seconds on the oracle engine. */
export const tinyTraining = { batchSize: 4, numFrames: 8, width: 8, blocks: 1, heads: 2, learningRate: 3e-3, seed: 1 } as const;
