import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blurFrames } from '../../../src/loader/transforms/blur-frames.js';
import { reverseFrames } from '../../../src/loader/transforms/reverse-frames.js';
import { anyPlanes, largestDifference } from '../support/planes.js';

it('one frame among empty ones spreads as a bell, seven frames to both sides', () => {
  const x = new Float32Array(3 * 31);
  x[15] = 2;
  const { x: blurred } = blurFrames({ x, C: 3, T: 31, V: 1, M: 1 }, 1.5);
  expect(blurred[15]).toBe(2);
  for (const off of [1, 4, 7]) {
    expect(blurred[15 + off]).toBeCloseTo(2 * Math.exp(-(off ** 2) / (2 * 1.5 ** 2)), 6);
    expect(blurred[15 - off]).toBe(blurred[15 + off]);
  }
  expect([blurred[15 + 8], blurred[15 - 8], blurred[31 + 15]]).toEqual([0, 0, 0]);
});

it('a blur does not mind the direction of time, and is linear', () => {
  fc.assert(
    fc.property(anyPlanes, fc.double({ min: 0.2, max: 2, noNaN: true }), (planes, sigma) => {
      const back = blurFrames(reverseFrames(planes), sigma);
      expect(largestDifference(reverseFrames(back).x, blurFrames(planes, sigma).x)).toBeLessThan(1e-5);
      const doubled = blurFrames({ ...planes, x: planes.x.map((value) => 2 * value) }, sigma);
      expect(
        largestDifference(
          doubled.x,
          blurFrames(planes, sigma).x.map((value) => 2 * value),
        ),
      ).toBeLessThan(1e-5);
    }),
    { numRuns: 50 },
  );
});
