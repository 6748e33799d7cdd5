import { describe, expect, it } from 'vitest';
import { createMersenneTwister } from '../../../src/loader/transforms/mersenne-twister.js';

/** Written down from NumPy 2.4: `r = numpy.random.RandomState(seed)` and the call that the title names. */
describe("NumPy's legacy generator", () => {
  it('rand()', () => {
    const random = createMersenneTwister(255);
    expect([random.uniform(), random.uniform(), random.uniform()]).toEqual([
      0.46393651768596755, 0.22303538373458942, 0.3222240208034888,
    ]);
  });

  it('rand(), a thousand times, beyond one filling of the state', () => {
    const random = createMersenneTwister(1);
    const values = Array.from({ length: 1000 }, () => random.uniform());
    expect(values.at(-1)).toBe(0.7744772660150796);
    expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(500.604599455905, 9);
  });

  it('randint(n), which rejects what is too large', () => {
    const random = createMersenneTwister(255);
    expect([1, 2, 7, 100, 1000, 65_537].map((n) => random.int(n))).toEqual([0, 1, 1, 95, 633, 16_376]);
  });

  it('permutation(n)', () => {
    expect([...createMersenneTwister(255).permutation(12)]).toEqual([11, 4, 8, 2, 1, 7, 0, 5, 6, 10, 9, 3]);
  });
});
