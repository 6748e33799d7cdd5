import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adoptLengths } from '../../../src/loader/transforms/adopt-lengths.js';
import { parentsFirst } from '../../../src/loader/transforms/reroot.js';
import { anyPlanes, distance, jointAt, largestDifference } from '../support/planes.js';

const PARENTS = [1, -1, 1, 2];
const ORDER = parentsFirst(PARENTS);

it("a body that adopts another one's lengths has them, its own directions, and the other's way", () => {
  fc.assert(
    fc.property(anyPlanes, fc.constantFrom(0.5, 2), (planes, size) => {
      // Joints apart, so that every bone has a length.
      const spread = planes.x.map((value, i) => value / 8 + 3 * (Math.floor(i / planes.M) % 4));
      const mine = { ...planes, x: spread };
      const theirs = { ...planes, x: spread.map((value, i) => value * size + (i % 7) / 20) };
      const made = adoptLengths(mine, theirs, PARENTS, ORDER);
      for (let t = 0; t < planes.T; t++)
        for (let m = 0; m < planes.M; m++) {
          expect(largestDifference(jointAt(made, t, 1, m), jointAt(theirs, t, 1, m))).toBe(0);
          for (const [child, parent] of PARENTS.entries()) {
            if (parent < 0) continue;
            const bone = (of: typeof made): number[] =>
              jointAt(of, t, child, m).map((value, c) => value - jointAt(of, t, parent, m)[c]!);
            const length = (of: typeof made): number => distance(bone(of), [0, 0, 0]);
            expect(length(made)).toBeCloseTo(length(theirs), 3);
            const along = bone(made).reduce((total, value, c) => total + value * bone(mine)[c]!, 0);
            expect(along / (length(made) * length(mine))).toBeCloseTo(1, 4);
          }
        }
    }),
    { numRuns: 40 },
  );
});

it('a body that adopts its own stays as it is', () => {
  fc.assert(
    fc.property(anyPlanes, (planes) => {
      expect(largestDifference(adoptLengths(planes, planes, PARENTS, ORDER).x, planes.x)).toBeLessThan(1e-4);
    }),
  );
});
