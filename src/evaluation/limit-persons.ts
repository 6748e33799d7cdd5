import type { Clip } from '../core/clip.js';

/**
 * The first `maxPersons` persons of a clip, for nets that were trained on fewer persons than a clip may hold. A clip that holds
 * no more comes back as it is; else its keypoints are a view of the same memory.
 */
export function limitPersons(clip: Clip, maxPersons: number): Clip {
  const { M, T, V, C } = clip.shape;
  if (M <= maxPersons) return clip;
  return { ...clip, keypoint: clip.keypoint.subarray(0, maxPersons * T * V * C), shape: { M: maxPersons, T, V, C } };
}
