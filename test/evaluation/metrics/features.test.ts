import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { accuracyByClass, accuracyOf, confusionOf } from '../../../src/evaluation/metrics/confusion.js';
import { drawHalves, drawStratified } from '../../../src/evaluation/metrics/draw-stratified.js';
import { estimateOf, finiteMean } from '../../../src/evaluation/metrics/estimate.js';
import { drawPairs, drawPairsByClass, meanPairDistance } from '../../../src/evaluation/metrics/pair-distances.js';
import { reference, rowsOf } from '../fixtures/reference.js';

describe('distances of pairs', () => {
  it('agree with NumPy', () => {
    const { features, pairs, expected } = reference.pairs;
    expect(meanPairDistance(rowsOf(features), pairs)).toBeCloseTo(expected, 6);
  });

  it('are taken of two different rows out of those given, and every row comes', () => {
    const among = [3, 5, 8, 13];
    const pairs = drawPairs(among, 200, keyedRandom(1));
    expect(pairs).toHaveLength(200);
    for (const [a, b] of pairs) {
      expect(a).not.toBe(b);
      expect(among).toEqual(expect.arrayContaining([a, b]));
    }
    expect(new Set(pairs.flat()).size).toBe(4);
    expect(new Set(pairs.map(([a, b]) => `${a},${b}`)).size).toBe(12);
  });

  it('are none where there is nothing to pair', () => {
    expect(drawPairs([7], 5, keyedRandom(1))).toEqual([]);
    expect(meanPairDistance([], [])).toBeNaN();
  });

  it('stay within their classes, and leave out classes of one', () => {
    const labels = [0, 1, 0, 2, 1, 0];
    const pairs = drawPairsByClass(labels, [0, 1, 2, 3, 4, 5], 20, keyedRandom(2));
    expect([...pairs.keys()]).toEqual([0, 1]);
    for (const [label, rows] of pairs) {
      expect(rows).toHaveLength(20);
      for (const row of rows.flat()) expect(labels[row]).toBe(label);
    }
  });
});

describe('estimateOf', () => {
  it('agrees with NumPy: 1.96 sd / sqrt(n), divisor n - 1', () => {
    const { values, ...expected } = reference.estimate;
    const estimate = estimateOf(values)!;
    expect(estimate.mean).toBeCloseTo(expected.mean, 10);
    expect(estimate.deviation).toBeCloseTo(expected.deviation, 10);
    expect(estimate.halfWidth).toBeCloseTo(expected.halfWidth, 10);
    expect(estimate.repetitions).toBe(20);
  });

  it('takes finite values only, has no width for one and is absent for none', () => {
    expect(estimateOf([2, Number.NaN, 4])).toMatchObject({ mean: 3, repetitions: 2 });
    expect(estimateOf([2, Number.POSITIVE_INFINITY])).toEqual({ mean: 2, halfWidth: null, deviation: null, repetitions: 1 });
    expect(estimateOf([Number.NaN])).toBeUndefined();
    expect(finiteMean([1, Number.NaN, 3])).toBe(2);
    expect(finiteMean([])).toBeNaN();
  });
});

describe('confusion', () => {
  const { label, predicted, confusion, accuracy } = reference.confusion;
  const judgements = label.map((value, i) => ({ label: value, predicted: predicted[i]! }));

  it('and accuracy agree with NumPy', () => {
    expect(confusionOf(judgements, 4)).toEqual(confusion);
    expect(accuracyOf(judgements)).toBeCloseTo(accuracy, 10);
    expect(accuracyOf([])).toBeNaN();
  });

  it('gives the share of each class on the diagonal, and null for a class without clips', () => {
    const byClass = accuracyByClass(confusion);
    expect(byClass[2]).toBeNull();
    expect(byClass[0]).toBeCloseTo(confusion[0]![0]! / confusion[0]!.reduce((a, b) => a + b), 10);
  });
});

describe('drawStratified', () => {
  const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 80 });

  it('draws different rows, and of every class its share to within one', () => {
    fc.assert(
      fc.property(labels, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (of, share, seed) => {
        const size = Math.floor(share * of.length);
        const rows = drawStratified(of, size, keyedRandom(seed));
        expect(rows).toHaveLength(size);
        expect(new Set(rows).size).toBe(size);
        for (const label of new Set(of)) {
          const [all, drawn] = [of, rows.map((row) => of[row]!)].map((list) => list.filter((value) => value === label).length);
          expect(Math.abs(drawn! - (all! * size) / of.length)).toBeLessThan(1 + 1e-9);
        }
      }),
    );
  });

  it('takes every row equally often in the long run', () => {
    const of = [0, 0, 0, 1, 1, 2, 2, 2, 2, 0];
    const counts = new Array<number>(of.length).fill(0);
    for (let seed = 0; seed < 3000; seed++) for (const row of drawStratified(of, 4, keyedRandom(seed, 'even'))) counts[row]!++;
    // Binomial of 3000 draws at 0.4: deviation 27.
    for (const count of counts) expect(Math.abs(count - 1200)).toBeLessThan(135);
  });

  it('makes halves that share nothing and leave nothing out', () => {
    fc.assert(
      fc.property(labels, fc.nat(), (of, seed) => {
        const [first, second] = drawHalves(of, keyedRandom(seed));
        expect([...first, ...second].sort((a, b) => a - b)).toEqual(of.map((_, row) => row));
        expect(first).toHaveLength(of.length >> 1);
      }),
    );
  });
});
