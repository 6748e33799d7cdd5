import type { ClipShape } from '../../core/clip.js';

/** Coordinates and what they are. */
export interface Keypoints {
  /** [M, T, V, C] */
  readonly keypoint: Float32Array;
  readonly shape: ClipShape;
}

/** The first `frames` frames of a clip; one that has as many comes back as it is. */
export function cutFrames(keypoint: Float32Array, shape: ClipShape, frames: number): Keypoints {
  const { M, T, V, C } = shape;
  if (frames === T) return { keypoint, shape };
  const size = V * C;
  const kept = new Float32Array(M * frames * size);
  for (let m = 0; m < M; m++) kept.set(keypoint.subarray(m * T * size, (m * T + frames) * size), m * frames * size);
  return { keypoint: kept, shape: { ...shape, T: frames } };
}

/** Frames up to the last one in which anybody is: loaders pad clips with zero frames. Keypoints [M, T, V, C]. */
export function framesWithAnybody(keypoint: Float32Array, { M, T, V, C }: ClipShape): number {
  const size = V * C;
  for (let t = T; t > 0; t--)
    for (let m = 0; m < M; m++)
      for (let i = (m * T + t - 1) * size, end = i + size; i < end; i++) if (keypoint[i] !== 0) return t;
  return 0;
}
