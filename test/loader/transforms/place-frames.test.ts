import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeFrames } from '../../../src/loader/transforms/place-frames.js';
import { reverseFrames } from '../../../src/loader/transforms/reverse-frames.js';
import { takeFrames } from '../../../src/loader/transforms/take-frames.js';
import { takeJoints } from '../../../src/loader/transforms/take-joints.js';
import { anyPlanes, jointAt } from '../support/planes.js';

const place = fc.integer({ min: -10, max: 10 });
const count = fc.integer({ min: 1, max: 14 });

describe('frames in a longer sequence', () => {
  it('stand where they were put, with nothing around them', () => {
    fc.assert(
      fc.property(anyPlanes, place, count, fc.integer({ min: 2, max: 3 }), (planes, first, wanted, persons) => {
        const placed = placeFrames(planes, first, wanted, persons);
        expect(placed.x).toHaveLength(3 * wanted * 4 * persons);
        for (let t = 0; t < wanted; t++)
          for (let m = 0; m < persons; m++) {
            const from = t - first;
            const there = from >= 0 && from < planes.T && m < planes.M;
            expect(jointAt(placed, t, 1, m)).toEqual(there ? jointAt(planes, from, 1, m) : [0, 0, 0]);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('are what taking them one by one gives', () => {
    fc.assert(
      fc.property(anyPlanes, fc.array(fc.nat(12), { minLength: 1, maxLength: 9 }), (planes, frames) => {
        const taken = takeFrames(planes, frames);
        for (const [i, t] of frames.entries())
          expect(jointAt(taken, i, 3)).toEqual(t < planes.T ? jointAt(planes, t, 3) : [0, 0, 0]);
      }),
    );
  });

  it('backwards twice are the same, and backwards once the last comes first', () => {
    fc.assert(
      fc.property(anyPlanes, (planes) => {
        const back = reverseFrames(planes);
        expect(reverseFrames(back)).toEqual(planes);
        expect(jointAt(back, 0, 2)).toEqual(jointAt(planes, planes.T - 1, 2));
      }),
    );
  });
});

it('joints that are taken in an order come back by the order turned round', () => {
  fc.assert(
    fc.property(anyPlanes, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (planes, order) => {
      const back = order.map((_, joint) => order.indexOf(joint));
      expect(takeJoints(takeJoints(planes, order), back)).toEqual(planes);
      const two = takeJoints(planes, order.slice(0, 2));
      expect([two.V, jointAt(two, 0, 1)]).toEqual([2, jointAt(planes, 0, order[1]!)]);
    }),
  );
});
