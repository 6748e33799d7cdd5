import type { Random } from '../../core/random.js';
import type { Planes } from './planes.js';

/** A 3 x 3 matrix, row by row. */
export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

export function multiply(a: Matrix, b: Matrix): Matrix {
  const at = (row: number, column: number): number =>
    a[3 * row]! * b[column]! + a[3 * row + 1]! * b[3 + column]! + a[3 * row + 2]! * b[6 + column]!;
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}

export function transpose([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  return [a, d, g, b, e, h, c, f, i];
}

/** Rotation about one axis (0 x, 1 y, 2 z) in the recognizers' sense, which turns clockwise. */
export function axisRotation(axis: number, angle: number): Matrix {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  if (axis === 0) return [1, 0, 0, 0, cos, sin, 0, -sin, cos];
  if (axis === 1) return [cos, 0, -sin, 0, 1, 0, sin, 0, cos];
  return [cos, sin, 0, -sin, cos, 0, 0, 0, 1];
}

/** Rotations about x, then y, then z. Source: `_rot` of CTR-GCN's feeder and `RandomRot` of PYSKL. */
export function rotationOf(x: number, y: number, z: number): Matrix {
  return multiply(axisRotation(2, z), multiply(axisRotation(1, y), axisRotation(0, x)));
}

/** A rotation whose three angles are each within `limit`, radians. */
export function drawRotation(random: Random, limit: number): Matrix {
  const angle = (): number => (2 * random.uniform() - 1) * limit;
  const [x, y, z] = [angle(), angle(), angle()];
  return rotationOf(x, y, z);
}

/** Applies a matrix to every joint of planes of three coordinates, in place, and returns them. */
export function turn(planes: Planes, matrix: Matrix): Planes {
  const { x, T, V, M } = planes;
  const [a, b, c, d, e, f, g, h, i] = matrix;
  const plane = T * V * M;
  for (let j = 0; j < plane; j++) {
    const [p, q, r] = [x[j]!, x[plane + j]!, x[2 * plane + j]!];
    x[j] = a * p + b * q + c * r;
    x[plane + j] = d * p + e * q + f * r;
    x[2 * plane + j] = g * p + h * q + i * r;
  }
  return planes;
}

/** Applies a matrix to every joint of x [..., 3], in place, and returns it. */
export function turnJoints(x: Float32Array, matrix: Matrix): Float32Array {
  const [a, b, c, d, e, f, g, h, i] = matrix;
  for (let j = 0; j < x.length; j += 3) {
    const [p, q, r] = [x[j]!, x[j + 1]!, x[j + 2]!];
    x[j] = a * p + b * q + c * r;
    x[j + 1] = d * p + e * q + f * r;
    x[j + 2] = g * p + h * q + i * r;
  }
  return x;
}
