import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movePicture, type Place } from '../../../src/loader/transforms/random-move.js';
import { anyPlanes, distance, jointAt } from '../support/planes.js';

const STILL: Place = { angle: 0, scale: 1, x: 0, y: 0 };
const anyPlace: fc.Arbitrary<Place> = fc.record({
  angle: fc.constantFrom(-10, 0, 10),
  scale: fc.constantFrom(0.9, 1, 1.1),
  x: fc.constantFrom(-0.2, 0, 0.2),
  y: fc.constantFrom(-0.2, 0, 0.2),
});

describe('a picture that moves', () => {
  it('from where it is to where it is, stays', () => {
    fc.assert(
      fc.property(anyPlanes, (planes) => {
        expect(movePicture({ ...planes, x: planes.x.slice() }, STILL, STILL).x).toEqual(planes.x);
      }),
    );
  });

  it('is at both places at the ends, scales distances between, and leaves the third coordinate alone', () => {
    fc.assert(
      fc.property(anyPlanes, anyPlace, anyPlace, (planes, from, to) => {
        const moved = movePicture({ ...planes, x: planes.x.slice() }, from, to);
        const ends: [number, Place][] =
          planes.T > 1
            ? [
                [0, from],
                [planes.T - 1, to],
              ]
            : [[0, from]];
        for (const [t, { angle, scale, x, y }] of ends) {
          const [p, q, r] = jointAt(planes, t, 1) as [number, number, number];
          const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
          const wanted = [scale * (cos * p - sin * q) + x, scale * (sin * p + cos * q) + y, r];
          expect(distance(jointAt(moved, t, 1), wanted)).toBeLessThan(1e-5);
        }
        for (let t = 0; t < planes.T; t++) {
          const apart = (of: typeof planes): number => distance(jointAt(of, t, 0).slice(0, 2), jointAt(of, t, 2).slice(0, 2));
          const at = planes.T > 1 ? t / (planes.T - 1) : 0;
          expect(apart(moved)).toBeCloseTo(apart(planes) * (from.scale + (to.scale - from.scale) * at), 4);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes absent joints along, as the source does', () => {
    const moved = movePicture({ x: new Float32Array(6), C: 3, T: 2, V: 1, M: 1 }, { ...STILL, x: 0.2 }, STILL);
    expect([...moved.x]).toEqual([Math.fround(0.2), 0, 0, 0, 0, 0]);
  });
});
