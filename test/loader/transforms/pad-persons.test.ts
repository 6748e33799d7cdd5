import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padPersons } from '../../../src/loader/transforms/pad-persons.js';
import { anyClip } from '../support/clips.js';

describe('padding persons', () => {
  it('adds absent ones as zeros, drops those beyond, and undoes itself', () => {
    fc.assert(
      fc.property(anyClip, fc.integer({ min: 1, max: 4 }), (clip, maxPersons) => {
        const padded = padPersons(clip, maxPersons);
        const kept = Math.min(clip.keypoint.length, padded.keypoint.length);
        expect(padded.shape).toEqual({ ...clip.shape, M: maxPersons });
        expect(padded.keypoint.length).toBe(maxPersons * clip.shape.T * 9);
        expect(padded.keypoint.subarray(0, kept)).toEqual(clip.keypoint.subarray(0, kept));
        expect(padded.keypoint.subarray(kept).every((value) => value === 0)).toBe(true);
        if (maxPersons >= clip.shape.M) expect(padPersons(padded, clip.shape.M).keypoint).toEqual(clip.keypoint);
      }),
    );
  });
});
