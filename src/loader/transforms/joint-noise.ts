import type { ClipShape } from '../../core/clip.js';
import type { Random } from '../../core/random.js';

/** Frames whose smallest coordinates are together below this, squared, are taken for empty. */
const EMPTY = 1e-4;

/**
 * Adds noise to every joint in a random direction, normal with `sigma` times the size of the person in the frame (the diagonal of the
 * box around the joints), in place; returns x [M, T, V, C].
 *
 * Source: `RandomGaussianNoise` of PYSKL (Duan et al., 2022), by frames.
 */
export function addJointNoise(
  x: Float32Array,
  { V, C }: Pick<ClipShape, 'V' | 'C'>,
  sigma: number,
  random: Random,
): Float32Array {
  const frame = V * C;
  const direction = new Float64Array(C);
  for (let start = 0; start < x.length; start += frame) {
    let [corner, diagonal] = [0, 0];
    for (let c = 0; c < C; c++) {
      let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = start + c; i < start + frame; i += C) {
        min = Math.min(min, x[i]!);
        max = Math.max(max, x[i]!);
      }
      corner += min * min;
      diagonal += (max - min) ** 2;
    }
    if (corner <= EMPTY) continue;
    const size = Math.sqrt(diagonal) * sigma;
    for (let i = start; i < start + frame; i += C) {
      let length = 0;
      for (let c = 0; c < C; c++) {
        direction[c] = 2 * random.uniform() - 1;
        length += direction[c]! ** 2;
      }
      const amount = (random.normal() * size) / Math.sqrt(length);
      for (let c = 0; c < C; c++) x[i + c] = x[i + c]! + direction[c]! * amount;
    }
  }
  return x;
}
