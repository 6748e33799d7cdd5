import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { middleCrop } from '../../../src/loader/transforms/crop.js';
import { resizeFrames, tapsOf } from '../../../src/loader/transforms/resize-frames.js';
import { anyPlanes, jointAt } from '../support/planes.js';

describe('frames that are resized', () => {
  it('stay as they are where there are as many', () => {
    fc.assert(
      fc.property(anyPlanes, (planes) => {
        expect(resizeFrames(planes, { first: 0, length: planes.T }, planes.T).x).toEqual(planes.x);
      }),
    );
  });

  it('lie between two frames that follow each other, never beyond the run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (length, wanted) => {
        const { before, after, weight } = tapsOf(length, wanted);
        for (let i = 0; i < wanted; i++) {
          expect(before[i]).toBeGreaterThanOrEqual(i === 0 ? 0 : before[i - 1]!);
          expect(after[i]).toBe(Math.min(before[i]! + 1, length - 1));
          expect(weight[i]).toBeGreaterThanOrEqual(0);
          expect(weight[i]).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('of a steady movement keep its pace', () => {
    const T = 40;
    const x = Float32Array.from({ length: 3 * T }, (_, i) => i % T);
    const resized = resizeFrames({ x, C: 3, T, V: 1, M: 1 }, { first: 4, length: 32 }, 16).x;
    // The middle of each pair of frames, from frame 4 on.
    expect([...resized.subarray(0, 16)]).toEqual(Array.from({ length: 16 }, (_, i) => 4 + 2 * i + 0.5));
  });

  it('leave room for persons who are not there', () => {
    fc.assert(
      fc.property(anyPlanes, fc.integer({ min: 1, max: 12 }), (planes, wanted) => {
        const run = { first: 0, length: planes.T };
        const [narrow, wide] = [resizeFrames(planes, run, wanted), resizeFrames(planes, run, wanted, 3)];
        for (let t = 0; t < wanted; t++) {
          for (let m = 0; m < planes.M; m++) expect(jointAt(wide, t, 2, m)).toEqual(jointAt(narrow, t, 2, m));
          expect(jointAt(wide, t, 2, 2)).toEqual([0, 0, 0]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are cut in the middle, as many from both ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0.1, max: 1, noNaN: true }), (n, share) => {
        const { first, length } = middleCrop(n, share);
        expect(first + length + first).toBe(n);
        expect(length).toBeGreaterThanOrEqual(Math.floor(n * share));
      }),
    );
  });
});
