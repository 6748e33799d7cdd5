import fc from 'fast-check';
import type { Planes } from '../../../src/loader/transforms/planes.js';

/** Planes of 3 coordinates without -0, up to 9 frames, 4 joints and 1 or 2 persons, values from -4 to 4. */
export const anyPlanes: fc.Arbitrary<Planes> = fc
  .record({ T: fc.integer({ min: 1, max: 9 }), M: fc.integer({ min: 1, max: 2 }) })
  .chain(({ T, M }) => {
    const size = 3 * T * 4 * M;
    return fc
      .array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: size, maxLength: size })
      .map((values): Planes => ({ x: Float32Array.from(values, (value) => value + 0), C: 3, T, V: 4, M }));
  });

/** Coordinates of one joint. */
export const jointAt = ({ x, C, T, V, M }: Planes, t: number, v: number, m = 0): number[] =>
  Array.from({ length: C }, (_, c) => x[((c * T + t) * V + v) * M + m]!);

export const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((value, c) => value - b[c]!));

/** The largest difference of two arrays of one length. */
export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((most, off) => Math.max(most, off), 0);
