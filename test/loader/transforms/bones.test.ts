import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bonesOf, jointsOf } from '../../../src/loader/transforms/bones.js';
import { toMotion } from '../../../src/loader/transforms/motion.js';
import { parentsFirst } from '../../../src/loader/transforms/reroot.js';
import { anyPlanes, jointAt, largestDifference } from '../support/planes.js';

const TREES = [
  [-1, 0, 1, 2],
  [2, 2, 2, 0],
  [3, 3, 3, -1],
] as const;
const anyTree = fc.constantFrom(...TREES);

describe('bones', () => {
  it('give the joints back, with the places of the root', () => {
    fc.assert(
      fc.property(anyPlanes, anyTree, (planes, parents) => {
        const order = parentsFirst(parents);
        const { C, T, V, M, x } = planes;
        const root = Float32Array.from({ length: C * T * M }, (_, i) => x[(Math.floor(i / M) * V + order[0]!) * M + (i % M)]!);
        const bones = bonesOf(planes, parents);
        expect(largestDifference(jointsOf(bones, parents, order, root).x, x)).toBeLessThan(1e-5);
        expect(jointAt(bones, 0, order[0]!)).toEqual([0, 0, 0]);
      }),
    );
  });

  it('do not change when the body is moved', () => {
    fc.assert(
      fc.property(anyPlanes, anyTree, fc.integer({ min: -3, max: 3 }), (planes, parents, by) => {
        const moved = { ...planes, x: planes.x.map((value) => value + by) };
        expect(largestDifference(bonesOf(moved, parents).x, bonesOf(planes, parents).x)).toBeLessThan(1e-5);
      }),
    );
  });
});

describe('motion', () => {
  it('sums to the way from the first frame to the last, and ends with none', () => {
    fc.assert(
      fc.property(anyPlanes, (planes) => {
        const motion = toMotion({ ...planes, x: planes.x.slice() });
        const { T } = planes;
        for (let m = 0; m < planes.M; m++) {
          const total = [0, 0, 0];
          for (let t = 0; t < T; t++) jointAt(motion, t, 1, m).forEach((step, c) => (total[c] = total[c]! + step));
          const way = jointAt(planes, T - 1, 1, m).map((value, c) => value - jointAt(planes, 0, 1, m)[c]!);
          expect(largestDifference(total, way)).toBeLessThan(1e-4);
          expect(jointAt(motion, T - 1, 1, m)).toEqual([0, 0, 0]);
        }
      }),
    );
  });
});
