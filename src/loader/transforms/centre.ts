import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';

/**
 * Moves a clip so that joint `centre` of the first person in the first frame with anybody is at the origin: one shift for all
 * frames and persons, so that movement through the room stays. Frames without a person stay zero. Gives a new clip; a clip
 * of nobody comes back as it is. Twice is the same as once.
 *
 * Source: `seq_translation` of CTR-GCN's data preparation (Chen et al., ICCV 2021), with the layout's centre joint.
 */
export function centreClip(clip: Clip, centre: number): Clip {
  const { keypoint, shape } = clip;
  const { M, T, V, C } = shape;
  const first = findFirst(clip);
  if (!first) return clip;
  const from = ((first.person * T + first.frame) * V + centre) * C;
  const origin = keypoint.slice(from, from + C);
  const moved = new Float32Array(keypoint.length);
  for (let person = 0; person < M; person++) {
    for (let frame = 0; frame < T; frame++) {
      if (!isPresent(clip, person, frame)) continue;
      const start = (person * T + frame) * V * C;
      for (let i = 0; i < V * C; i++) moved[start + i] = keypoint[start + i]! - origin[i % C]!;
    }
  }
  return { ...clip, keypoint: moved };
}

function findFirst(clip: Clip): { person: number; frame: number } | undefined {
  for (let frame = 0; frame < clip.shape.T; frame++)
    for (let person = 0; person < clip.shape.M; person++) if (isPresent(clip, person, frame)) return { person, frame };
  return undefined;
}
