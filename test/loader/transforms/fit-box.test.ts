import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitBox } from '../../../src/loader/transforms/fit-box.js';
import type { Planes } from '../../../src/loader/transforms/planes.js';
import { anyPlanes, largestDifference } from '../support/planes.js';

const boxed = (planes: Planes): Planes => fitBox({ ...planes, x: planes.x.slice() });

it('a box has -1 and 1 at the ends of each coordinate, wherever the body was and however large', () => {
  fc.assert(
    fc.property(anyPlanes, fc.constantFrom(0.5, 1, 4), fc.integer({ min: -8, max: 8 }), (planes, size, by) => {
      const plane = planes.x.length / 3;
      const coordinates = [0, 1, 2].map((c) => planes.x.subarray(c * plane, (c + 1) * plane));
      fc.pre(coordinates.every((values) => Math.max(...values) - Math.min(...values) > 0.1));
      const box = boxed(planes);
      for (let c = 0; c < 3; c++) {
        const values = box.x.subarray(c * plane, (c + 1) * plane);
        expect([Math.min(...values), Math.max(...values)]).toEqual([-1, 1]);
      }
      const other = boxed({ ...planes, x: planes.x.map((value) => value * size + by) });
      expect(largestDifference(other.x, box.x)).toBeLessThan(1e-4);
      expect(largestDifference(boxed(box).x, box.x)).toBeLessThan(1e-6);
    }),
    { numRuns: 60 },
  );
});

it('a coordinate that never changes becomes zero', () => {
  const { x } = fitBox({ x: Float32Array.of(1, 2, 5, 5, 3, 9), C: 3, T: 2, V: 1, M: 1 });
  expect([...x]).toEqual([-1, 1, 0, 0, -1, 1]);
});
