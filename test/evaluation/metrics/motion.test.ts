import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import { findUpwards, footSpeedOf } from '../../../src/evaluation/metrics/foot-speed.js';
import { boneVariationOf, projectedBoneVariationOf } from '../../../src/generator/gate/bone-variation.js';
import { jitterOf } from '../../../src/generator/gate/jitter.js';
import { stick, stickClip } from '../../generator/support/tiny.js';
import { reference } from '../fixtures/reference.js';

/** A clip of the stick whose joint v is at f(t, v). */
function clipOf(T: number, at: (t: number, v: number) => readonly number[]): Clip {
  const keypoint = new Float32Array(T * 4 * 3);
  for (let t = 0; t < T; t++) for (let v = 0; v < 4; v++) keypoint.set(at(t, v), (t * 4 + v) * 3);
  return { ...stickClip(0), keypoint, shape: { M: 1, T, V: 4, C: 3 } };
}

/** A clip of the reference file. */
function recorded({ keypoint, shape }: { keypoint: readonly number[]; shape: readonly [number, number, number, number] }): Clip {
  const [M, T, V, C] = shape;
  return { ...stickClip(0), keypoint: Float32Array.from(keypoint), shape: { M, T, V, C } };
}

describe('jitterOf', () => {
  it('is the length of the second difference: 2a for a path a t^2, whatever its place and speed', () => {
    expect(jitterOf(clipOf(6, (t, v) => [3 * t + v, 0.5 * t * t, 1]))).toBeCloseTo(1, 5);
  });

  it('is nothing for even motion', () => {
    expect(jitterOf(clipOf(6, (t, v) => [1 + t, 2 * t, v]))).toBeCloseTo(0, 5);
  });

  it.each(reference.motion)('agrees with NumPy: $name', (motion) => {
    expect(jitterOf(recorded(motion))).toBeCloseTo(motion.jitter, 6);
  });

  it('does not take the leaving of a person for motion, and says NaN where nobody stays', () => {
    const clip = clipOf(6, (t, v) => (t < 4 ? [1 + t, 1, v] : [0, 0, 0]));
    expect(jitterOf(clip)).toBeCloseTo(0, 5);
    expect(jitterOf(clipOf(4, () => [0, 0, 0]))).toBeNaN();
  });
});

describe('boneVariationOf', () => {
  it('is nothing for a rigid body that moves', () => {
    expect(
      boneVariationOf(
        clipOf(8, (t, v) => [t + v, t * t, 2 * v]),
        stick,
      ),
    ).toBeCloseTo(0, 4);
  });

  it('is deviation over mean of the lengths, averaged over the bones', () => {
    // Chest, hip and one hand keep their distances; the bone to hand_r is 1 and 3 in turn: deviation 1, mean 2.
    const clip = clipOf(4, (t, v) => [v === 3 ? 5 + (t % 2 === 0 ? 1 : 3) : [0, 5, 9][v]!, 0, 0]);
    expect(boneVariationOf(clip, stick)).toBeCloseTo(0.5 / 3, 4);
  });

  it.each(reference.motion)('agrees with NumPy: $name', (motion) => {
    expect(boneVariationOf(recorded(motion), { parents: [-1, 0, 1, 1] })).toBeCloseTo(motion.boneVariation, 6);
  });

  it('after the projection agrees with NumPy, is nearly nothing, and leaves the clip as it was', () => {
    const motion = reference.motion[0]!;
    const clip = recorded(motion);
    const before = clip.keypoint.slice();
    expect(projectedBoneVariationOf(clip, stick)).toBeCloseTo(motion.projected!, 5);
    expect(projectedBoneVariationOf(clip, stick)).toBeLessThan(1e-5);
    expect(clip.keypoint).toEqual(before);
  });
});

describe('the speed of feet on the floor', () => {
  const layout = { feet: [1, 2], centre: 0 };

  it.each(reference.feet)('agrees with NumPy: $name', (feet) => {
    const clip = recorded(feet);
    const up = findUpwards([clip], layout);
    expect(up).toEqual({ axis: feet.axis, sign: feet.sign });
    expect(footSpeedOf(clip, layout, up!, feet.fps)).toBeCloseTo(feet.expected, 5);
  });

  it('is that of a body which slides, and nothing for feet that stand', () => {
    const body = (slide: number) => clipOf(10, (t, v) => [slide * t, v === 0 ? 1 : 0, 2]);
    const up = { axis: 1, sign: 1 } as const;
    expect(footSpeedOf(body(0.1), layout, up, 30)).toBeCloseTo(3, 4);
    expect(footSpeedOf(body(0), layout, up, 30)).toBe(0);
  });

  it('is NaN where no foot stays down for two frames', () => {
    const hop = clipOf(8, (t, v) => [0, v === 0 ? 1 : t % 2, 2]);
    expect(footSpeedOf(hop, layout, { axis: 1, sign: 1 }, 30)).toBeNaN();
  });

  it('has no direction where a layout names no feet, or nobody is there', () => {
    expect(findUpwards([stickClip(0)], stick)).toBeUndefined();
    expect(findUpwards([clipOf(3, () => [0, 0, 0])], layout)).toBeUndefined();
  });
});
