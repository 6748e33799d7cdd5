import type { ClipShape } from '../../core/clip.js';

/** Coordinates as most recognizers take them: [M, T, V, C] becomes [C, T, V, M]. Copies. */
export function toPlanes(keypoint: Float32Array, { M, T, V, C }: ClipShape): Float32Array {
  const x = new Float32Array(keypoint.length);
  let from = 0;
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++) for (let c = 0; c < C; c++) x[((c * T + t) * V + v) * M + m] = keypoint[from++]!;
  return x;
}
