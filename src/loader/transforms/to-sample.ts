import type { Clip } from '../../core/clip.js';
import type { Origin, Sample } from '../../core/sample.js';

/** The clip as recognizers take it: keypoint [M, T, V, C] becomes x [C, T, V, M]. Copies. */
export function toSample({ id, keypoint, shape, label, provenance }: Clip, origin: Origin): Sample {
  const { M, T, V, C } = shape;
  const x = new Float32Array(keypoint.length);
  let from = 0;
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++) for (let c = 0; c < C; c++) x[((c * T + t) * V + v) * M + m] = keypoint[from++]!;
  return { id, x, shape: { C, T, V, M }, label, origin, provenance };
}
