import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../../src/core/random.js';
import { keyframes, monotoneCubic, repeated } from '../../../../src/loader/datasets/puppet/keyframes.js';
import { createPerson } from '../../../../src/loader/datasets/puppet/style.js';

describe('a monotone cubic', () => {
  const points = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -90, max: 90 })), { minLength: 2, maxLength: 8 })
    .map((steps) => {
      let at = 0;
      return steps.map(([step, value]): [number, number] => {
        at += step;
        return [at, value];
      });
    });

  it('goes through its points and overshoots none', () => {
    fc.assert(
      fc.property(points, fc.float({ min: 0, max: 1, noNaN: true }), (through, share) => {
        const curve = monotoneCubic(through);
        for (const [at, value] of through) expect(curve(at)).toBeCloseTo(value, 9);
        for (let i = 1; i < through.length; i++) {
          const [[x0, y0], [x1, y1]] = [through[i - 1]!, through[i]!];
          const value = curve(x0 + share * (x1 - x0));
          expect(value).toBeGreaterThanOrEqual(Math.min(y0, y1) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(y0, y1) + 1e-9);
        }
      }),
    );
  });

  it('stays at its ends', () => {
    const curve = monotoneCubic([
      [1, 5],
      [2, 7],
    ]);
    expect([curve(-3), curve(9)]).toEqual([5, 7]);
  });
});

describe('key frames', () => {
  const person = createPerson(1, 'train', 3);
  const movement = keyframes([{ at: 0.5, exact: true, pose: { rightElbow: 120 } }], person, keyedRandom('test'));

  it('leave from rest, meet exact keys and return to rest', () => {
    expect(movement(0, 0).rightElbow).toBeCloseTo(person.rest.rightElbow!, 9);
    expect(Math.max(...Array.from({ length: 101 }, (_, i) => movement(i / 100, 0).rightElbow))).toBeCloseTo(120, 1);
    expect(movement(1, 0).rightElbow).toBeCloseTo(person.rest.rightElbow!, 9);
  });

  it('leave channels without keys at rest', () => {
    expect(movement(0.5, 0).leftElbow).toBeCloseTo(person.rest.leftElbow!, 9);
  });

  it('repeat between an approach and a return', () => {
    const keys = repeated(
      [
        { at: 0, pose: {} },
        { at: 0.5, pose: {} },
      ],
      2,
      0.1,
    );
    expect(keys.map(({ at }) => Math.round(at * 100))).toEqual([10, 30, 50, 70]);
  });
});
