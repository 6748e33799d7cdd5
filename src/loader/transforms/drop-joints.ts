import type { Random } from '../../core/random.js';
import type { Planes } from './planes.js';

/** `count` of the numbers 0 to n - 1, at most n of them. */
const choose = (random: Random, n: number, count: number): Int32Array =>
  random.shuffle(Int32Array.from({ length: n }, (_, i) => i)).subarray(0, count);

/**
 * Zeroes 5 to 15 joints in 16 to 32 frames, drawn for the whole clip, in place; returns the planes.
 *
 * Source: `drop_joint` of SkateFormer's feeder (Do and Kim, ECCV 2024).
 */
export function dropJoints(planes: Planes, random: Random): Planes {
  const { x, C, T, V, M } = planes;
  const joints = choose(random, V, 5 + random.int(11));
  const frames = choose(random, T, 16 + random.int(17));
  for (let c = 0; c < C; c++)
    for (const t of frames)
      for (const v of joints) {
        const at = ((c * T + t) * V + v) * M;
        x.fill(0, at, at + M);
      }
  return planes;
}
