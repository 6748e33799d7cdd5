import type { Clip } from '../../core/clip.js';

/**
 * Makes the person axis `maxPersons` long: absent persons are zeros, persons beyond are left out, in the clip's order. Gives a
 * new clip; one that has `maxPersons` comes back as it is.
 */
export function padPersons(clip: Clip, maxPersons: number): Clip {
  const { keypoint, shape } = clip;
  if (shape.M === maxPersons) return clip;
  const padded = new Float32Array(maxPersons * shape.T * shape.V * shape.C);
  padded.set(keypoint.subarray(0, padded.length));
  return { ...clip, keypoint: padded, shape: { ...shape, M: maxPersons } };
}
