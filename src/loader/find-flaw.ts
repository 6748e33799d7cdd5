import type { Clip } from '../core/clip.js';
import { isPresent } from '../core/is-present.js';
import type { Layout } from '../core/layout.js';

/**
 * What is odd about a clip that can be used all the same, in words, or undefined: a single frame, or joints of a person who is there
 * that are zero in all coordinates (3-D only: in 2-D data joints that were not seen are the rule). The centre joint may be zero:
 * many sets are stored centred.
 */
export function findFlaw(clip: Clip, layout: Layout): string | undefined {
  const { keypoint, shape } = clip;
  const { M, T, V, C } = shape;
  if (T === 1) return 'a single frame';
  if (C !== 3) return undefined;
  let zero = 0;
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++) {
      const from = (m * T + t) * V * C;
      let here = 0;
      for (let v = 0; v < V; v++) {
        if (v === layout.centre || v === layout.root) continue;
        const at = from + v * C;
        if (keypoint[at] === 0 && keypoint[at + 1] === 0 && keypoint[at + 2] === 0) here++;
      }
      if (here > 0 && isPresent(clip, m, t)) zero += here;
    }
  return zero > 0 ? `${zero} of ${M * T * V} joints are zero in all coordinates` : undefined;
}
