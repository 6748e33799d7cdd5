import type { Clip } from '../core/clip.js';
import type { Layout } from '../core/layout.js';
import { keyedRandom } from '../core/random.js';
import type { Judgement } from './evaluator.js';

/** Mean length of x[t + 1] - 2 x[t] + x[t - 1] over joints and frames, in the clips' units (metres). */
export function jitterOf(clips: readonly Clip[]): number {
  let sum = 0;
  let count = 0;
  for (const { keypoint, shape } of clips) {
    const { M, T, V, C } = shape;
    const frame = V * C;
    for (let m = 0; m < M; m++)
      for (let t = 1; t < T - 1; t++)
        for (let v = 0; v < V; v++) {
          const at = (m * T + t) * frame + v * C;
          let square = 0;
          for (let c = at; c < at + C; c++) square += (keypoint[c + frame]! - 2 * keypoint[c]! + keypoint[c - frame]!) ** 2;
          sum += Math.sqrt(square);
          count++;
        }
  }
  return sum / count;
}

/** Coefficient of variation (deviation over mean) of each bone's length within a clip, averaged over bones and clips. */
export function boneVariationOf(clips: readonly Clip[], layout: Layout): number {
  let sum = 0;
  let count = 0;
  for (const { keypoint, shape } of clips) {
    const { T, V, C } = shape;
    for (const [v, parent] of layout.parents.entries()) {
      if (parent < 0) continue;
      let first = 0;
      let second = 0;
      for (let t = 0; t < T; t++) {
        let square = 0;
        for (let c = 0; c < C; c++) square += (keypoint[(t * V + v) * C + c]! - keypoint[(t * V + parent) * C + c]!) ** 2;
        first += Math.sqrt(square) / T;
        second += square / T;
      }
      if (first === 0) continue;
      sum += Math.sqrt(Math.max(0, second - first ** 2)) / first;
      count++;
    }
  }
  return sum / count;
}

/** Mean distance of the features of 2,000 random pairs. */
export function diversityOf(judgements: readonly Judgement[], seed = 0): number {
  const random = keyedRandom(seed, 'diversity');
  let sum = 0;
  for (let pair = 0; pair < 2000; pair++) {
    const a = judgements[random.int(judgements.length)]!.features;
    const b = judgements[random.int(judgements.length)]!.features;
    sum += Math.sqrt(a.reduce((square, value, i) => square + (value - b[i]!) ** 2, 0));
  }
  return sum / 2000;
}
