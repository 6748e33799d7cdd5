import { like, type Planes } from './planes.js';

const RADIUS = 7;

/**
 * Adds up each frame and seven on both sides with the weights of a bell of width `sigma` frames, 1 in the middle: the weights do not
 * sum to 1, and nothing is there beyond the ends, as in the source. Gives new planes.
 *
 * Source: `gaussian_filter` of SkateFormer's feeder (Do and Kim, ECCV 2024).
 */
export function blurFrames(planes: Planes, sigma: number): Planes {
  const { x, C, T, V, M } = planes;
  const width = V * M;
  const weights = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * sigma * sigma)));
  const out = new Float32Array(x.length);
  for (let c = 0; c < C; c++)
    for (let t = 0; t < T; t++)
      for (let j = 0; j < width; j++) {
        let total = 0;
        for (let k = Math.max(0, t - RADIUS); k <= Math.min(T - 1, t + RADIUS); k++)
          total += weights[k - t + RADIUS]! * x[(c * T + k) * width + j]!;
        out[(c * T + t) * width + j] = total;
      }
  return like(planes, out);
}
