import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { turnJoints } from '../../../src/loader/transforms/rotation.js';
import { turnOnto } from '../../../src/loader/transforms/turn-onto.js';
import { largestDifference } from '../support/planes.js';

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const part = fc.float({ min: -3, max: 3, noNaN: true });

describe('a direction that is turned onto another', () => {
  it('points there, and is as long as it was', () => {
    fc.assert(
      fc.property(part, part, part, fc.constantFrom([0, 0, 1], [1, 0, 0]), (x, y, z, onto) => {
        const from = [x, y, z] as const;
        const length = Math.hypot(x, y, z);
        const cosine = from.reduce((total, value, c) => total + value * onto[c]!, 0) / length;
        fc.pre(length > 0.1 && Math.abs(cosine) < 0.999);
        const turned = turnJoints(Float32Array.from(from), turnOnto(from, onto as [number, number, number]));
        expect(
          largestDifference(
            turned,
            onto.map((value) => value * length),
          ),
        ).toBeLessThan(1e-4);
      }),
    );
  });

  it.each([
    ['it is nothing', [0, 0, 0]],
    ['it points there already', [0, 0, 2]],
    ['it points the other way, as in the source', [0, 0, -2]],
  ] as const)('is left alone where %s', (_, from) => {
    expect(turnOnto(from, [0, 0, 1])).toEqual(IDENTITY);
  });
});
