import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GATE_CRITERIA } from '../../../src/core/gate-criteria.js';
import type { ClipQuality } from '../../../src/generator/gate/clip-quality.js';
import { fitGateBounds, gateBoundsSchema, isOutside } from '../../../src/generator/gate/gate-bounds.js';
import { quantileOf } from '../../../src/generator/gate/quantile.js';

const quality = (value: number): ClipQuality => ({ likelihood: value, bones: value, jitter: value, nearest: value });
const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 10, maxLength: 60 });

describe('quantileOf', () => {
  it('interpolates as NumPy does', () => {
    // numpy.quantile([1, 2, 4, 8], [0, 0.25, 0.5, 0.9, 1])
    const expected = [1, 1.75, 3, 6.8, 8];
    for (const [i, q] of [0, 0.25, 0.5, 0.9, 1].entries()) expect(quantileOf([1, 2, 4, 8], q)).toBeCloseTo(expected[i]!, 12);
    expect(quantileOf([7], 0.3)).toBe(7);
    expect(quantileOf([], 0.3)).toBeNaN();
  });
});

describe('the bounds of a gate', () => {
  it('reject about the named share of the real clips themselves, at one end or at both', () => {
    const real = Array.from({ length: 101 }, (_, i) => quality(i));
    const bounds = fitGateBounds(
      real,
      real.map(() => 0),
      1,
    );
    const rejected = (criterion: (typeof GATE_CRITERIA)[number], threshold: number) =>
      real.filter((each) => isOutside(bounds, criterion, 0, each, threshold)).length;
    // 0.07 lies between two levels that are kept.
    for (const [threshold, count] of [
      [0, 0],
      [0.05, 5],
      [0.07, 7],
      [0.2, 20],
    ] as const)
      expect(GATE_CRITERIA.map((criterion) => rejected(criterion, threshold))).toEqual([count, count, 2 * count, count]);
  });

  it('grow tighter with the threshold, whatever the clips', () => {
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (all, a, b) => {
          const bounds = fitGateBounds(
            all.map(quality),
            all.map(() => 0),
            1,
          );
          const [low, high] = a < b ? [a, b] : [b, a];
          for (const criterion of GATE_CRITERIA)
            for (const value of all)
              if (isOutside(bounds, criterion, 0, quality(value), low))
                expect(isOutside(bounds, criterion, 0, quality(value), high)).toBe(true);
        },
      ),
    );
  });

  it('never reject everything between the middle and the good end', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 0.5, noNaN: true }), (all, threshold) => {
        const sorted = [...all].sort((a, b) => a - b);
        const bounds = fitGateBounds(
          all.map(quality),
          all.map(() => 0),
          1,
        );
        expect(isOutside(bounds, 'likelihood', 0, quality(sorted.at(-1)!), threshold)).toBe(false);
        expect(isOutside(bounds, 'bones', 0, quality(sorted[0]!), threshold)).toBe(false);
      }),
    );
  });

  it('of a class with few clips are the wider ones of its own and all, and of one without clips those of all', () => {
    const real = [...Array.from({ length: 20 }, (_, i) => quality(i)), quality(10), quality(30)];
    const labels = real.map((_, i) => (i < 20 ? 0 : 1));
    const bounds = fitGateBounds(real, labels, 3);
    for (const label of [1, 2])
      expect([0.3, 15, 29].map((value) => isOutside(bounds, 'bones', label, quality(value), 0.01))).toEqual(
        label === 1 ? [false, false, false] : [false, false, true],
      );
  });

  it('of jitter and bones are the wider ones of the class and of all, since a sensor is as rough for one class as for another', () => {
    const real = Array.from({ length: 40 }, (_, i) => quality(i < 20 ? i + 1 : i + 81));
    const labels = real.map((_, i) => (i < 20 ? 0 : 1));
    const bounds = fitGateBounds(real, labels, 2);
    for (const criterion of ['jitter', 'bones'] as const) {
      expect(isOutside(bounds, criterion, 0, quality(110), 0.01)).toBe(false);
      expect(isOutside(bounds, criterion, 0, quality(125), 0.01)).toBe(true);
    }
    expect(isOutside(bounds, 'nearest', 1, quality(50), 0.01)).toBe(true);
  });

  it('of bones, and of nothing else, reach as far as the bones of clips that the model remade', () => {
    const real = Array.from({ length: 20 }, (_, i) => quality(i));
    const labels = real.map(() => 0);
    const remade = Array.from({ length: 101 }, (_, i) => i);
    const [plain, wide] = [fitGateBounds(real, labels, 1), fitGateBounds(real, labels, 1, remade)];
    expect([90, 99].map((value) => isOutside(wide, 'bones', 0, quality(value), 0.05))).toEqual([false, true]);
    expect(isOutside(plain, 'bones', 0, quality(90), 0.05)).toBe(true);
    expect({ ...wide, bones: plain.bones }).toEqual(plain);
    // Steadier than the recordings: these decide.
    expect(fitGateBounds(real, labels, 1, [0.5, 0.25])).toEqual(plain);
  });

  it('leave out a measure that no clip has, and survive JSON', () => {
    const real = Array.from({ length: 12 }, (_, i) => ({ ...quality(i), bones: Number.NaN }));
    const bounds = fitGateBounds(
      real,
      real.map(() => 0),
      1,
    );
    const read = gateBoundsSchema.parse(JSON.parse(JSON.stringify(bounds)));
    expect(read).toEqual(bounds);
    expect(isOutside(read, 'bones', 0, quality(1e9), 0.5)).toBe(false);
    expect(isOutside(read, 'jitter', 0, quality(1e9), 0.5)).toBe(true);
  });
});
