import type { Clip } from '../../core/clip.js';
import type { Picture } from './picture-of.js';

/** Joints of at most this score count as not seen. */
const LEAST_SCORE = 0.01;

/**
 * Image coordinates as x, y and score [M, T, V, 3], x and y from -1 to 1 over the picture; joints that were hardly seen are at 0, 0.
 * Without scores joints that are not zero have 1. Gives a new clip.
 *
 * Source: `PreNormalize2D` of PYSKL (Duan et al., 2022).
 */
export function preNormalize2D({ keypoint, score, shape }: Clip, { size, middle }: Picture): Pick<Clip, 'keypoint' | 'shape'> {
  const out = new Float32Array((keypoint.length / 2) * 3);
  const [halfHeight, halfWidth] = [size[0] / 2, size[1] / 2];
  for (let joint = 0; joint < keypoint.length / 2; joint++) {
    const [x, y] = [keypoint[2 * joint]!, keypoint[2 * joint + 1]!];
    const sure = score ? score[joint]! : x !== 0 || y !== 0 ? 1 : 0;
    out[3 * joint + 2] = sure;
    if (sure <= LEAST_SCORE) continue;
    out[3 * joint] = (x - middle * size[1]) / halfWidth;
    out[3 * joint + 1] = (y - middle * size[0]) / halfHeight;
  }
  return { keypoint: out, shape: { ...shape, C: 3 } };
}
