import type { Planes } from './planes.js';

/**
 * Stretches each coordinate so that its smallest value is -1 and its largest 1, over all frames and joints, in place; returns the
 * planes. A coordinate that never changes becomes 0.
 *
 * Source: the scaling of CTR-GCN's NW-UCLA feeder.
 */
export function fitBox(planes: Planes): Planes {
  const { x, C } = planes;
  const plane = x.length / C;
  for (let c = 0; c < C; c++) {
    const start = c * plane;
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = start; i < start + plane; i++) {
      min = Math.min(min, x[i]!);
      max = Math.max(max, x[i]!);
    }
    const size = max - min;
    for (let i = start; i < start + plane; i++) x[i] = size > 0 ? ((x[i]! - min) / size) * 2 - 1 : 0;
  }
  return planes;
}
