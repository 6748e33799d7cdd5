import { describe, expect, it } from 'vitest';
import { frechetDistance } from '../../src/evaluation/fid.js';
import { symmetricEigen } from '../../src/evaluation/symmetric-eigen.js';

/** Features that NumPy makes alike: sin and cos of small whole numbers, rounded to float32. */
const rows = (count: number, n: number, shift: number): Float32Array[] =>
  Array.from({ length: count }, (_, r) =>
    Float32Array.from({ length: n }, (_, i) => Math.sin(1 + r * (i + 1) * 0.7 + shift) + 0.1 * shift * i),
  );

describe('frechetDistance', () => {
  // numpy 2 and scipy 1: f = lambda c, n, s: np.array([[np.sin(1 + r*(i+1)*.7 + s) + .1*s*i for i in range(n)] for r in range(c)], 'f4').astype('f8')
  // a, b = f(..), f(..); m = a.mean(0) - b.mean(0); A, B = np.cov(a.T), np.cov(b.T); m @ m + np.trace(A + B - 2*scipy.linalg.sqrtm(A @ B).real)
  it.each([
    [40, 4, 50, 0.5, 0.03765339],
    [200, 12, 90, 1.3, 10.18477484],
    [20, 30, 25, 0.2, 3.7996639],
  ])('agrees with SciPy for %d rows of %d features against %d', (count, n, other, shift, expected) => {
    expect(frechetDistance(rows(count, n, 0), rows(other, n, shift))).toBeCloseTo(expected, 5);
  });

  it('is nothing between a set and itself, and the squared distance between a set and its moved copy', () => {
    const a = rows(50, 5, 0);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 6);
    const moved = a.map((row) => row.map((value, i) => value + i));
    expect(frechetDistance(a, moved)).toBeCloseTo(0 + 1 + 4 + 9 + 16, 4);
  });

  it('is the same both ways', () => {
    const [a, b] = [rows(50, 5, 0), rows(60, 5, 0.9)];
    expect(frechetDistance(a, b)).toBeCloseTo(frechetDistance(b, a), 8);
  });
});

describe('symmetricEigen', () => {
  it('gives a matrix back from its eigenvalues and orthonormal vectors', () => {
    const n = 7;
    const matrix = Float64Array.from({ length: n * n }, (_, at) => Math.cos((Math.floor(at / n) + 1) * ((at % n) + 1)));
    const { values, vectors } = symmetricEigen(matrix, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let back = 0;
        let dot = 0;
        for (let k = 0; k < n; k++) {
          back += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!;
          dot += vectors[k * n + i]! * vectors[k * n + j]!;
        }
        expect(back).toBeCloseTo(matrix[i * n + j]!, 10);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
      }
  });
});
