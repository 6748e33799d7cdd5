import type { Planes } from './planes.js';

/** The way from each frame to the next, zero in the last one; in place, returns the planes. */
export function toMotion(planes: Planes): Planes {
  const { x, C, T, V, M } = planes;
  const width = V * M;
  for (let c = 0; c < C; c++) {
    const start = c * T * width;
    const end = start + (T - 1) * width;
    for (let i = start; i < end; i++) x[i] = x[i + width]! - x[i]!;
    x.fill(0, end, end + width);
  }
  return planes;
}
