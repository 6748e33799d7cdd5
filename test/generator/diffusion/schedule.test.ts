import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partialTimes, samplingTimes } from '../../../src/generator/diffusion/schedule.js';

describe('partialTimes', () => {
  it('falls from the start to where a whole sampling ends, with the share of its steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (steps, first) => {
        const times = partialTimes(steps, first);
        expect(times[0]).toBeCloseTo(first, 10);
        expect(times.at(-1)).toBeCloseTo(samplingTimes(steps).at(-1)!, 10);
        for (let i = 1; i < times.length; i++) expect(times[i]).toBeLessThan(times[i - 1]!);
        expect(times.length - 1).toBeGreaterThanOrEqual(1);
        expect(times.length - 1).toBeLessThanOrEqual(steps);
        expect(Math.abs(times.length - 1 - (steps * (first - 0.005)) / 0.99)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    [16, 0.3, 5],
    [16, 0.5, 8],
    [16, 0.7, 11],
    [1000, 0.5, 500],
    [2, 0.1, 1],
  ])('of %i steps from %d takes %i', (steps, first, left) => {
    expect(partialTimes(steps, first)).toHaveLength(left + 1);
  });
});
