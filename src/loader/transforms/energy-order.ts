import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';

/**
 * Persons by how far their joints spread over the clip, widest first: the sum over coordinates of the standard deviation over
 * frames and joints, of the frames that have the person.
 *
 * Source: `get_nonzero_std` of 2s-AGCN's data preparation.
 */
export function energyOrder(clip: Clip): number[] {
  const { M } = clip.shape;
  const energy = Array.from({ length: M }, (_, m) => spreadOf(clip, m));
  return energy.map((_, m) => m).sort((a, b) => energy[b]! - energy[a]! || a - b);
}

function spreadOf(clip: Clip, person: number): number {
  const { keypoint, shape } = clip;
  const { T, V, C } = shape;
  let total = 0;
  for (let c = 0; c < C; c++) {
    let [count, mean, square] = [0, 0, 0];
    for (let t = 0; t < T; t++) {
      if (!isPresent(clip, person, t)) continue;
      for (let v = 0; v < V; v++) {
        const value = keypoint[((person * T + t) * V + v) * C + c]!;
        count++;
        const off = value - mean;
        mean += off / count;
        square += off * (value - mean);
      }
    }
    if (count > 0) total += Math.sqrt(square / count);
  }
  return total;
}
