import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';

/**
 * Mean length of x[t + 1] - 2 x[t] + x[t - 1] over the joints and frames of one clip, in the clip's units a frame squared. Only
 * where a person is there in all three frames; NaN where that is nowhere so. Clips must have one frame count to be compared.
 */
export function jitterOf(clip: Clip): number {
  const { keypoint, shape } = clip;
  const { M, T, V, C } = shape;
  const frame = V * C;
  let sum = 0;
  let count = 0;
  for (let m = 0; m < M; m++) {
    const there = Array.from({ length: T }, (_, t) => isPresent(clip, m, t));
    for (let t = 1; t < T - 1; t++) {
      if (!(there[t - 1] && there[t] && there[t + 1])) continue;
      for (let v = 0; v < V; v++) {
        const at = (m * T + t) * frame + v * C;
        let square = 0;
        for (let c = at; c < at + C; c++) square += (keypoint[c + frame]! - 2 * keypoint[c]! + keypoint[c - frame]!) ** 2;
        sum += Math.sqrt(square);
        count++;
      }
    }
  }
  return sum / count;
}
