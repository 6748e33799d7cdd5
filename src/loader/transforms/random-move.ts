import type { Random } from '../../core/random.js';
import type { Planes } from './planes.js';

/** Where a picture moves to: turned by `angle` degrees, scaled, shifted. */
export interface Place {
  readonly angle: number;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const ANGLES = [-10, -5, 0, 5, 10];
const SCALES = [0.9, 1, 1.1];
const SHIFTS = [-0.2, -0.1, 0, 0.1, 0.2];

export function drawPlace(random: Random): Place {
  const pick = (values: readonly number[]): number => values[random.int(values.length)]!;
  return { angle: pick(ANGLES), scale: pick(SCALES), x: pick(SHIFTS), y: pick(SHIFTS) };
}

/**
 * Moves the first two coordinates of all joints, also absent ones, from one place to another over the frames, in place; returns the
 * planes.
 *
 * Source: `random_move` of ST-GCN's feeder (Yan et al., AAAI 2018).
 */
export function movePicture(planes: Planes, from: Place, to: Place): Planes {
  const { x, T, V, M } = planes;
  const width = V * M;
  const plane = T * width;
  for (let t = 0; t < T; t++) {
    const at = T > 1 ? t / (T - 1) : 0;
    const between = (key: keyof Place): number => from[key] + (to[key] - from[key]) * at;
    const angle = (between('angle') * Math.PI) / 180;
    const scale = between('scale');
    const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
    const [dx, dy] = [between('x'), between('y')];
    for (let j = t * width; j < (t + 1) * width; j++) {
      const [p, q] = [x[j]!, x[plane + j]!];
      x[j] = cos * p - sin * q + dx;
      x[plane + j] = sin * p + cos * q + dy;
    }
  }
  return planes;
}
