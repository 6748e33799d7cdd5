import type { Clip } from '../../core/clip.js';
import type { ClipSpace } from '../dataset.js';
import { pictureOf } from '../transforms/picture-of.js';
import type { Planes } from '../transforms/planes.js';

export interface PictureOptions {
  /** Frames that are kept at most. */
  readonly most: number;
  /** Persons that are kept at most. */
  readonly persons: number;
  readonly space: ClipSpace;
}

/**
 * A clip of image coordinates as x, y and score [3, T, V, M], x and y in shares of the picture and counted from its middle. Joints that were
 * not seen are zero. In each frame the person with the largest sum of scores comes first; a clip without scores has 1 for joints that
 * are not zero, and keeps its order.
 */
export function picturePlanes(clip: Clip, { most, persons, space }: PictureOptions): Planes {
  const { keypoint, score, shape } = clip;
  const { V } = shape;
  const T = Math.min(shape.T, most);
  const M = Math.min(shape.M, persons);
  const { size, middle } = pictureOf(clip, space);
  const plane = T * V * M;
  const x = new Float32Array(3 * plane);
  for (let t = 0; t < T; t++) {
    const order = orderOf(clip, t).slice(0, M);
    for (const [m, person] of order.entries())
      for (let v = 0; v < V; v++) {
        const joint = (person * shape.T + t) * V + v;
        const [px, py] = [keypoint[2 * joint]!, keypoint[2 * joint + 1]!];
        const sure = score ? score[joint]! : px !== 0 || py !== 0 ? 1 : 0;
        if (sure === 0) continue;
        const to = (t * V + v) * M + m;
        x[to] = px / size[1] - middle;
        x[plane + to] = py / size[0] - middle;
        x[2 * plane + to] = sure;
      }
  }
  return { x, C: 3, T, V, M };
}

function orderOf({ score, shape: { M, T, V } }: Clip, t: number): number[] {
  const order = Array.from({ length: M }, (_, m) => m);
  if (!score) return order;
  const sums = order.map((m) => score.subarray((m * T + t) * V, (m * T + t + 1) * V).reduce((total, one) => total + one, 0));
  return order.sort((a, b) => sums[b]! - sums[a]! || a - b);
}
