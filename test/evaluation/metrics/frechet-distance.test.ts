import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frechetDistance, squareRoot } from '../../../src/evaluation/metrics/frechet-distance.js';
import { symmetricEigen } from '../../../src/evaluation/metrics/symmetric-eigen.js';
import { reference, rowsOf } from '../fixtures/reference.js';

/** Rows of sines: smooth, of full rank. */
const rows = (count: number, n: number, shift: number): Float32Array[] =>
  Array.from({ length: count }, (_, r) => Float32Array.from({ length: n }, (_, i) => Math.sin(1 + r * (i + 1) * 0.7 + shift)));

describe('frechetDistance', () => {
  // sqrtm of SciPy loses half of the digits where the product is singular: 1e-6 there is its error, not ours.
  it.each(reference.frechet)('agrees with SciPy for $name covariances', ({ a, b, expected }) => {
    expect(Math.abs(frechetDistance(rowsOf(a), rowsOf(b)) - expected)).toBeLessThan(2e-6 * Math.max(1, expected));
  });

  it('is nothing between a set and itself, and the squared distance between a set and its moved copy', () => {
    const a = rows(50, 5, 0);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 6);
    const moved = a.map((row) => row.map((value, i) => value + i));
    expect(frechetDistance(a, moved)).toBeCloseTo(0 + 1 + 4 + 9 + 16, 4);
  });

  it('is never negative, and the same both ways, whatever the rows', () => {
    const feature = fc.double({ min: -1, max: 1, noNaN: true });
    const sets = fc.array(fc.array(feature, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const distance = frechetDistance(rowsOf(a), rowsOf(b));
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(frechetDistance(rowsOf(b), rowsOf(a))).toBeCloseTo(distance, 5);
      }),
    );
  });
});

describe('squareRoot', () => {
  it.each(reference.squareRoots)('agrees with SciPy and NumPy: $name', ({ n, matrix, root }) => {
    const found = squareRoot(Float64Array.from(matrix), n);
    for (const [at, value] of root.entries()) expect(Math.abs(found[at]! - value)).toBeLessThan(1e-6);
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
