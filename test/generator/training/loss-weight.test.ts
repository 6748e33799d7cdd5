import { describe, expect, it } from 'vitest';
import { cosineSchedule } from '../../../src/generator/diffusion/schedule.js';
import { lossWeight } from '../../../src/generator/training/loss-weight.js';

describe('lossWeight', () => {
  it('is one more than the signal-to-noise ratio, of which 5 count at most', () => {
    // alpha^2 = sigma^2 at the middle; alpha^2 / sigma^2 = 3 at a third of the way.
    expect(lossWeight(1 / 2)).toBeCloseTo(2, 12);
    expect(lossWeight(1 / 3)).toBeCloseTo(4, 12);
    expect(lossWeight(0.01)).toBe(6);
  });

  it('falls with the noise and never below one, so that the noisiest images are learnt too', () => {
    const weights = Array.from({ length: 99 }, (_, i) => lossWeight((i + 1) / 100));
    expect([...weights].sort((a, b) => b - a)).toEqual(weights);
    expect(lossWeight(0.999)).toBeGreaterThan(1);
    expect((cosineSchedule.alpha(0.9) / cosineSchedule.sigma(0.9)) ** 2).toBeLessThan(0.026);
  });
});
