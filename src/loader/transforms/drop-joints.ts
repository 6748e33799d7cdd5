import type { Random } from '../../core/random.js';
import type { Planes } from './planes.js';

/** `count` of the numbers 0 to n - 1, at most n of them. */
const choose = (random: Random, n: number, count: number): Int32Array =>
  random.shuffle(Int32Array.from({ length: n }, (_, i) => i)).subarray(0, count);

/**
 * Zeroes some joints in 16 to 32 frames, drawn for the whole clip, in place; returns the planes.
 *
 * @param range least and most joints; default 5 and 15
 *
 * Source: `drop_joint` of SkateFormer's feeder (Do and Kim, ECCV 2024).
 */
export function dropJoints(planes: Planes, random: Random, range: readonly [number, number] = [5, 15]): Planes {
  const [least, most] = range;
  const { x, C, T, V, M } = planes;
  const joints = choose(random, V, least + random.int(most - least + 1));
  const frames = choose(random, T, 16 + random.int(17));
  for (let c = 0; c < C; c++)
    for (const t of frames)
      for (const v of joints) {
        const at = ((c * T + t) * V + v) * M;
        x.fill(0, at, at + M);
      }
  return planes;
}
