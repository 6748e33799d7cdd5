import type { Matrix } from './rotation.js';

type Rounding = (value: number) => number;
const exact: Rounding = (value) => value;

type Vector = readonly [number, number, number];

const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const TINY = 1e-6;

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const sum = (a: Vector): number => Math.abs(a[0]) + Math.abs(a[1]) + Math.abs(a[2]);

/**
 * The rotation that turns a direction onto another one, about the axis at right angles to both. Nothing is turned where either is
 * (nearly) nothing, or where they lie on one line: also not where they point away from each other, as in the source.
 *
 * @param round how a length and a unit vector are rounded, where the source computes with smaller numbers; default not at all
 *
 * Source: `rotation_matrix` and `angle_between` of 2s-AGCN's data preparation, which PYSKL shares.
 */
export function turnOnto(from: Vector, onto: Vector, round: Rounding = exact): Matrix {
  const axis: Vector = [
    from[1] * onto[2] - from[2] * onto[1],
    from[2] * onto[0] - from[0] * onto[2],
    from[0] * onto[1] - from[1] * onto[0],
  ];
  if (sum(from) < TINY || sum(onto) < TINY || sum(axis) < TINY) return IDENTITY;
  const length = round(Math.sqrt(round(dot(from, from))));
  const unit = from.map((value) => round(value / length)) as unknown as Vector;
  const cosine = dot(unit, onto) / Math.sqrt(dot(onto, onto));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (angle < TINY) return IDENTITY;
  const size = Math.sqrt(dot(axis, axis));
  const a = Math.cos(angle / 2);
  const [b, c, d] = axis.map((value) => (-value / size) * Math.sin(angle / 2)) as [number, number, number];
  return [
    a * a + b * b - c * c - d * d,
    2 * (b * c + a * d),
    2 * (b * d - a * c),
    2 * (b * c - a * d),
    a * a + c * c - b * b - d * d,
    2 * (c * d + a * b),
    2 * (b * d + a * c),
    2 * (c * d - a * b),
    a * a + d * d - b * b - c * c,
  ];
}

/** From joint `a` to joint `b` of the frame that starts at `frame` in x [..., 3]. */
export function directionOf(x: Float32Array, frame: number, a: number, b: number, round: Rounding = exact): Vector {
  const [p, q] = [frame + 3 * a, frame + 3 * b];
  return [round(x[q]! - x[p]!), round(x[q + 1]! - x[p + 1]!), round(x[q + 2]! - x[p + 2]!)];
}
