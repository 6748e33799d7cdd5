import type { Planes } from './planes.js';

/**
 * The given frames, in that order and as often as they are named, with room for `persons`; a frame beyond the end is zero. Gives new
 * planes.
 */
export function takeFrames({ x, C, T, V, M }: Planes, frames: ArrayLike<number>, persons = M): Planes {
  const wanted = frames.length;
  const out = new Float32Array(C * wanted * V * persons);
  for (let c = 0; c < C; c++)
    for (let i = 0; i < wanted; i++) {
      if (frames[i]! >= T) continue;
      const a = (c * T + frames[i]!) * V * M;
      const b = (c * wanted + i) * V * persons;
      if (persons === M) out.set(x.subarray(a, a + V * M), b);
      else for (let v = 0; v < V; v++) for (let m = 0; m < M; m++) out[b + v * persons + m] = x[a + v * M + m]!;
    }
  return { x: out, C, T: wanted, V, M: persons };
}
