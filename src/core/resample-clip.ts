import type { Clip } from './clip.js';
import { isPresent } from './is-present.js';

/**
 * Stretches or squeezes a clip to `numFrames` by linear interpolation; the first and the last frame stay what they are. The
 * frame rate follows, so that the clip lasts as long as before. Where a person is in only one of two frames the nearer one is
 * taken, so that nobody flies in from the origin. Gives a new clip; one that has `numFrames` comes back as it is.
 */
export function resampleClip(clip: Clip, numFrames: number): Clip {
  const { keypoint, shape, fps } = clip;
  const { M, T, V, C } = shape;
  if (T === numFrames) return clip;
  const size = V * C;
  const resampled = new Float32Array(M * numFrames * size);
  const step = numFrames > 1 ? (T - 1) / (numFrames - 1) : 0;
  for (let person = 0; person < M; person++) {
    for (let frame = 0; frame < numFrames; frame++) {
      // The last product may miss T - 1 by a rounding; the end point must not.
      const at = frame === numFrames - 1 && numFrames > 1 ? T - 1 : frame * step;
      let before = Math.floor(at);
      let after = Math.min(before + 1, T - 1);
      const weight = at - before;
      if (isPresent(clip, person, before) !== isPresent(clip, person, after)) before = after = weight < 0.5 ? before : after;
      const a = (person * T + before) * size;
      const b = (person * T + after) * size;
      const to = (person * numFrames + frame) * size;
      for (let i = 0; i < size; i++) resampled[to + i] = keypoint[a + i]! * (1 - weight) + keypoint[b + i]! * weight;
    }
  }
  const ratio = T > 1 && numFrames > 1 ? (numFrames - 1) / (T - 1) : 1;
  return { ...clip, keypoint: resampled, shape: { M, T: numFrames, V, C }, fps: fps * ratio };
}
