import type { Clip } from '../../core/clip.js';
import type { BodyAxes } from './body-axes.js';
import type { Matrix } from './rotation.js';
import { turnJoints } from './rotation.js';

/**
 * Turns each person by itself so that the spine of its first frame points along the third axis and the line from the left to the
 * right hip lies in the plane of the first and third. No shift. A person whose spine has no length in the first frame becomes zero.
 * Gives a new clip.
 *
 * Source: `align_skeleton` of InfoGCN's data preparation (Chi et al., CVPR 2022), with the layout's joints.
 */
export function alignBodies(clip: Clip, { bottom, top, right, left }: Pick<BodyAxes, 'bottom' | 'top' | 'right' | 'left'>): Clip {
  const { keypoint, shape } = clip;
  const { M, T, V } = shape;
  const aligned = new Float32Array(keypoint.length);
  for (let m = 0; m < M; m++) {
    const person = keypoint.slice(m * T * V * 3, (m + 1) * T * V * 3);
    const matrix = matrixOf(person, bottom, top, right, left);
    if (matrix) aligned.set(turnJoints(person, matrix), m * T * V * 3);
  }
  return { ...clip, keypoint: aligned };
}

function matrixOf(x: Float32Array, bottom: number, top: number, right: number, left: number): Matrix | undefined {
  const between = (a: number, b: number): number[] => [0, 1, 2].map((c) => x[3 * b + c]! - x[3 * a + c]!);
  const sizeOf = (v: number[]): number => Math.hypot(...v);
  const spine = between(bottom, top);
  const length = sizeOf(spine);
  if (length === 0) return undefined;
  const up = spine.map((value) => value / length);
  const hips = between(right, left);
  const along = hips.reduce((total, value, c) => total + value * up[c]!, 0);
  const across = hips.map((value, c) => value - along * up[c]!);
  const width = sizeOf(across);
  // No hips to tell by: not a number in the source, which drops such clips; here the person keeps the way it faces.
  if (width === 0) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [a, b, c] = across.map((value) => value / width) as [number, number, number];
  const [p, q, r] = up as [number, number, number];
  // The columns are across, across x up, up; the inverse of a rotation has them as rows.
  return [a, b, c, b * r - c * q, c * p - a * r, a * q - b * p, p, q, r];
}
