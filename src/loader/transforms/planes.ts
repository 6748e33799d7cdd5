import type { Clip } from '../../core/clip.js';

/** Coordinates of a sequence, channels outermost: x [C, T, V, M] in C order. */
export interface Planes {
  readonly x: Float32Array;
  readonly C: number;
  readonly T: number;
  readonly V: number;
  readonly M: number;
}

/** The persons `order` of a clip in the given frames as planes: [M, T, V, C] becomes [C, frames, V, persons]. Copies. */
export function planesOf(
  { keypoint, shape }: Pick<Clip, 'keypoint' | 'shape'>,
  frames: ArrayLike<number>,
  order: readonly number[],
): Planes {
  const { T, V, C } = shape;
  const [W, M] = [frames.length, order.length];
  const plane = W * V * M;
  const x = new Float32Array(C * plane);
  for (const [m, person] of order.entries())
    for (let w = 0; w < W; w++) {
      let from = (person * T + frames[w]!) * V * C;
      for (let to = w * V * M + m, v = 0; v < V; v++, to += M) for (let c = 0; c < C; c++) x[c * plane + to] = keypoint[from++]!;
    }
  return { x, C, T: W, V, M };
}

/** Planes of the same sizes with other values. */
export const like = (planes: Planes, x: Float32Array): Planes => ({ ...planes, x });
