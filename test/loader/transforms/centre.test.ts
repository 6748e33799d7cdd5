import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centreClip } from '../../../src/loader/transforms/centre.js';
import { anyClip, makeClip } from '../support/clips.js';

const frame = (at: number): number[] => [at, at, at, at + 1, at + 2, at + 3, at, at, at];
const empty = new Array(9).fill(0);

describe('centring', () => {
  it('puts the centre joint of the first frame at the origin and keeps the movement', () => {
    const moved = centreClip(makeClip({ M: 1, T: 2, V: 3, C: 3 }, [...frame(1), ...frame(5)]), 1);
    expect([...moved.keypoint]).toEqual([-1, -2, -3, 0, 0, 0, -1, -2, -3, 3, 2, 1, 4, 4, 4, 3, 2, 1]);
  });

  it('starts from the first frame with anybody, and leaves empty frames and persons empty', () => {
    const clip = makeClip({ M: 2, T: 2, V: 3, C: 3 }, [...empty, ...empty, ...empty, ...frame(4)]);
    const moved = centreClip(clip, 0);
    expect([...moved.keypoint]).toEqual([...empty, ...empty, ...empty, 0, 0, 0, 1, 2, 3, 0, 0, 0]);
  });

  it('gives a clip of nobody back', () => {
    const clip = makeClip({ M: 1, T: 1, V: 3, C: 3 }, empty);
    expect(centreClip(clip, 1)).toBe(clip);
  });

  it('keeps shape and bones, is finite, does not change its input, and twice is the same as once', () => {
    fc.assert(
      fc.property(anyClip, fc.nat(2), (clip, centre) => {
        const before = clip.keypoint.slice();
        const once = centreClip(clip, centre);
        expect(clip.keypoint).toEqual(before);
        expect(once.shape).toEqual(clip.shape);
        expect(once.keypoint.every(Number.isFinite)).toBe(true);
        expect(centreClip(once, centre).keypoint).toEqual(once.keypoint);
        for (let i = 0; i < before.length; i += 9)
          for (const c of [0, 1, 2])
            expect(once.keypoint[i + 3 + c]! - once.keypoint[i + c]!).toBeCloseTo(before[i + 3 + c]! - before[i + c]!, 4);
      }),
    );
  });
});
