import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resampleClip } from '../../src/core/resample-clip.js';
import { anyClip, makeClip } from '../loader/support/clips.js';

const frames = (...values: number[]) => makeClip({ M: 1, T: values.length, V: 1, C: 1 }, values);
const values = (clip: { keypoint: Float32Array }): number[] => [...clip.keypoint];

describe('resampling', () => {
  it('interpolates between frames and keeps the ends', () => {
    expect(values(resampleClip(frames(1, 2, 4), 5))).toEqual([1, 1.5, 2, 3, 4]);
    expect(values(resampleClip(frames(1, 2, 3, 4, 5), 3))).toEqual([1, 3, 5]);
  });

  it('repeats a single frame, and takes the first where one is wanted', () => {
    expect(values(resampleClip(frames(7), 3))).toEqual([7, 7, 7]);
    expect(values(resampleClip(frames(7, 8, 9), 1))).toEqual([7]);
  });

  it('takes the nearer frame where a person comes or goes', () => {
    expect(values(resampleClip(frames(0, 4, 8), 5))).toEqual([0, 4, 4, 6, 8]);
    expect(values(resampleClip(frames(4, 0), 4))).toEqual([4, 4, 0, 0]);
  });

  it('makes the clip last as long as before', () => {
    expect(resampleClip(frames(1, 2, 3, 4), 7).fps).toBe(60);
    expect(resampleClip(frames(1), 7).fps).toBe(30);
  });

  it('gives a clip of the right length back', () => {
    const clip = frames(1, 2);
    expect(resampleClip(clip, 2)).toBe(clip);
  });

  it('keeps the shape otherwise, stays within the values, keeps both end frames and does not change its input', () => {
    fc.assert(
      fc.property(anyClip, fc.integer({ min: 2, max: 40 }), (clip, numFrames) => {
        const before = clip.keypoint.slice();
        const { keypoint, shape } = resampleClip(clip, numFrames);
        expect(clip.keypoint).toEqual(before);
        expect(shape).toEqual({ ...clip.shape, T: numFrames });
        const largest = Math.max(...before.map(Math.abs));
        expect(keypoint.every((value) => Math.abs(value) <= largest * 1.000001)).toBe(true);
        for (let m = 0; m < shape.M; m++) {
          const own = before.subarray(m * clip.shape.T * 9, (m + 1) * clip.shape.T * 9);
          const made = keypoint.subarray(m * numFrames * 9, (m + 1) * numFrames * 9);
          expect(made.subarray(0, 9)).toEqual(own.subarray(0, 9));
          expect(made.subarray(-9)).toEqual(own.subarray(-9));
        }
      }),
    );
  });
});
