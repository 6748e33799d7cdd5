import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';

/**
 * Moves a clip so that joint `centre` of the first person, in the first frame that has that person, is at the origin; where the
 * first person is never there, the next one counts. One shift for all; a person who is absent in a frame stays zero there. Gives a
 * new clip.
 *
 * Source: `seq_translation` of CTR-GCN's data preparation (Chen et al., ICCV 2021).
 */
export function translate(clip: Clip, centre: number): Clip {
  const { keypoint, shape } = clip;
  const { M, T, V, C } = shape;
  const origin = originOf(clip, centre);
  if (!origin) return clip;
  const moved = new Float32Array(keypoint.length);
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++) {
      if (!isPresent(clip, m, t)) continue;
      const start = (m * T + t) * V * C;
      for (let i = 0; i < V * C; i++) moved[start + i] = keypoint[start + i]! - origin[i % C]!;
    }
  return { ...clip, keypoint: moved };
}

function originOf(clip: Clip, centre: number): Float32Array | undefined {
  const { M, T, V, C } = clip.shape;
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++)
      if (isPresent(clip, m, t)) {
        const from = ((m * T + t) * V + centre) * C;
        return clip.keypoint.slice(from, from + C);
      }
  return undefined;
}
