import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clip } from '../../src/core/clip.js';
import { parseLayout } from '../../src/core/layout.js';
import { clipToImage, fitImageSpec, imageToKeypoint } from '../../src/generator/representation.js';
import { stick, stickClip } from './support/tiny.js';

const spec = (numFrames: number, maxPersons = 1, scale = 0.4) => ({ numFrames, maxPersons, scale });

describe('clipToImage and imageToKeypoint', () => {
  it('are inverse within 1e-5 of body height where the frames are kept', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.nat(1000),
        (T, scale, index) => {
          const clip = stickClip(index, 0, T);
          const { image, origin } = clipToImage(clip, stick, spec(T, 1, scale));
          const { keypoint, shape } = imageToKeypoint(image, stick, spec(T, 1, scale), origin);
          expect(shape).toEqual(clip.shape);
          const height = 1.3;
          for (const [i, value] of keypoint.entries()) expect(Math.abs(value - clip.keypoint[i]!)).toBeLessThan(1e-5 * height);
        },
      ),
    );
  });

  it('puts the centre joint of the first frame at the origin, and leaves global motion in', () => {
    const clip = stickClip(3);
    for (let t = 0; t < 12; t++) clip.keypoint[t * 12] = clip.keypoint[0]! + t * 0.1;
    const { image } = clipToImage(clip, stick, spec(12));
    expect([...image.slice(0, 3)]).toEqual([0, 0, 0]);
    expect(image[11 * 12]).toBeCloseTo((11 * 0.1) / 0.4, 5);
  });

  it('stretches time linearly and keeps both ends', () => {
    const clip = stickClip(0, 0, 5);
    for (let t = 0; t < 5; t++) clip.keypoint[(t * 4 + 1) * 3] = clip.keypoint[0]! + t;
    const { image } = clipToImage(clip, stick, spec(9, 1, 1));
    const chest = Array.from({ length: 9 }, (_, t) => image[(t * 4 + 1) * 3]!);
    chest.forEach((x, t) => {
      expect(x).toBeCloseTo(t / 2, 5);
    });
  });

  it('keeps an absent second person zero, there and back', () => {
    const one = stickClip(1);
    const two: Clip = { ...one, keypoint: new Float32Array(2 * 12 * 12), shape: { ...one.shape, M: 2 } };
    two.keypoint.set(one.keypoint);
    const { image, origin } = clipToImage(two, stick, spec(12, 2));
    const { keypoint } = imageToKeypoint(image, stick, spec(12, 2), origin);
    expect(keypoint.subarray(144).every((value) => value === 0)).toBe(true);
    expect(keypoint[5]).toBeCloseTo(one.keypoint[5]!, 5);
  });

  it('does not smear a person towards zero where it comes into view', () => {
    const one = stickClip(1);
    const two: Clip = { ...one, keypoint: new Float32Array(2 * 12 * 12), shape: { ...one.shape, M: 2 } };
    two.keypoint.set(one.keypoint);
    two.keypoint.set(one.keypoint.subarray(6 * 12), 144 + 6 * 12);
    const { image } = clipToImage(two, stick, spec(23, 2, 1));
    const chestY = Array.from({ length: 23 }, (_, t) => image[((t * 2 + 1) * 4 + 1) * 3 + 1]!).filter((y) => y !== 0);
    for (const y of chestY) expect(y).toBeGreaterThan(0.4);
  });

  it('works with two coordinates', () => {
    const flat = parseLayout({ name: 'flat', channels: 2, joints: ['a', 'b'], parents: { b: 'a' }, root: 'a' }, 'flat');
    const clip: Clip = {
      ...stickClip(0),
      keypoint: Float32Array.of(5, 6, 7, 8, 5, 7, 9, 9),
      shape: { M: 1, T: 2, V: 2, C: 2 },
      layout: 'flat',
    };
    const { image, origin } = clipToImage(clip, flat, spec(2, 1, 2));
    expect([...image]).toEqual([0, 0, 1, 1, 0, 0.5, 2, 1.5]);
    expect([...imageToKeypoint(image, flat, spec(2, 1, 2), origin).keypoint]).toEqual([...clip.keypoint]);
  });

  it('refuses clips of another layout or with too many persons, naming the clip and both sizes', () => {
    const clip = stickClip(0);
    expect(() => clipToImage({ ...clip, shape: { ...clip.shape, V: 2, T: 24 } }, stick, spec(8))).toThrow(
      /stick\/0 has 1 persons of 2 joints.*wants 4 joints/,
    );
    expect(() => clipToImage({ ...clip, shape: { ...clip.shape, M: 2, T: 6 } }, stick, spec(8))).toThrow(/2 persons.*at most 1/);
  });

  it('refuses an empty clip', () => {
    const clip = stickClip(0);
    expect(() => clipToImage({ ...clip, keypoint: new Float32Array(144) }, stick, spec(8))).toThrow(/all 12 frames are zero/);
  });
});

describe('fitImageSpec', () => {
  it('gives images unit root mean square over the values that are there, and the rate after stretching', () => {
    const clips = Array.from({ length: 9 }, (_, i) => stickClip(i));
    const fitted = fitImageSpec(clips, stick, 23);
    expect(fitted.fps).toBeCloseTo((30 * 22) / 11, 6);
    const values = clips.flatMap((clip) => [...clipToImage(clip, stick, fitted).image]).filter((value) => value !== 0);
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / values.length).toBeCloseTo(1, 4);
  });
});
