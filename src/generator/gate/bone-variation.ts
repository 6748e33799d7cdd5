import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';
import type { Layout } from '../../core/layout.js';
import { projectBoneLengths } from '../bones.js';

/**
 * Coefficient of variation (deviation over mean, divisor N) of each bone's length over the frames in which its person is there,
 * averaged over bones and persons; without unit. Bones without length don't count; NaN where there is none.
 */
export function boneVariationOf(clip: Clip, layout: Pick<Layout, 'parents'>): number {
  const { keypoint, shape } = clip;
  const { M, T, V, C } = shape;
  let sum = 0;
  let count = 0;
  for (let m = 0; m < M; m++) {
    const frames = Array.from({ length: T }, (_, t) => t).filter((t) => isPresent(clip, m, t));
    if (frames.length === 0) continue;
    for (const [v, parent] of layout.parents.entries()) {
      if (parent < 0) continue;
      const lengths = frames.map((t) => {
        const first = (m * T + t) * V;
        let square = 0;
        for (let c = 0; c < C; c++) square += (keypoint[(first + v) * C + c]! - keypoint[(first + parent) * C + c]!) ** 2;
        return Math.sqrt(square);
      });
      const mean = lengths.reduce((total, length) => total + length, 0) / lengths.length;
      if (mean === 0) continue;
      const variance = lengths.reduce((total, length) => total + (length - mean) ** 2, 0) / lengths.length;
      sum += Math.sqrt(variance) / mean;
      count++;
    }
  }
  return sum / count;
}

/** The same after every bone was given one length over the clip, as the generator does for the stream. Leaves the clip as it is. */
export function projectedBoneVariationOf(clip: Clip, layout: Layout): number {
  const keypoint = clip.keypoint.slice();
  projectBoneLengths(keypoint, clip.shape, layout);
  return boneVariationOf({ ...clip, keypoint }, layout);
}
