import type { Planes } from './planes.js';

/**
 * Frames in a longer, empty sequence: frame t of the planes becomes frame `first` + t of `wanted` frames with room for `persons`; what
 * lies outside is left out, what nobody fills is zero. Gives new planes.
 */
export function placeFrames({ x, C, T, V, M }: Planes, first: number, wanted: number, persons = M): Planes {
  const out = new Float32Array(C * wanted * V * persons);
  const from = Math.max(0, -first);
  const to = Math.min(T, wanted - first);
  for (let c = 0; c < C; c++)
    for (let t = from; t < to; t++) {
      const a = (c * T + t) * V * M;
      const b = (c * wanted + first + t) * V * persons;
      if (persons === M) out.set(x.subarray(a, a + V * M), b);
      else
        for (let v = 0; v < V; v++) for (let m = 0; m < Math.min(M, persons); m++) out[b + v * persons + m] = x[a + v * M + m]!;
    }
  return { x: out, C, T: wanted, V, M: persons };
}
