import { describe, expect, it } from 'vitest';
import type { Clip } from '../../src/core/clip.js';
import { boneVariationOf, diversityOf, jitterOf } from '../../src/evaluation/naturality.js';
import { stick, stickClip } from '../generator/support/tiny.js';

/** A clip of the stick whose joint v is at f(t, v). */
function clipOf(T: number, at: (t: number, v: number) => readonly number[]): Clip {
  const keypoint = new Float32Array(T * 4 * 3);
  for (let t = 0; t < T; t++) for (let v = 0; v < 4; v++) keypoint.set(at(t, v), (t * 4 + v) * 3);
  return { ...stickClip(0), keypoint, shape: { M: 1, T, V: 4, C: 3 } };
}

describe('jitterOf', () => {
  it('is the length of the second difference: 2a for a path a t^2, whatever its place and speed', () => {
    const clip = clipOf(6, (t, v) => [3 * t + v, 0.5 * t * t, 1]);
    expect(jitterOf([clip])).toBeCloseTo(1, 5);
  });

  it('is nothing for even motion, and the mean over clips', () => {
    const even = clipOf(6, (t, v) => [t, 2 * t, v]);
    const bent = clipOf(6, (t) => [0, 0.5 * t * t, 0]);
    expect(jitterOf([even])).toBeCloseTo(0, 5);
    expect(jitterOf([even, bent])).toBeCloseTo(0.5, 5);
  });
});

describe('boneVariationOf', () => {
  it('is nothing for a rigid body that moves', () => {
    expect(boneVariationOf([clipOf(8, (t, v) => [t + v, t * t, 2 * v])], stick)).toBeCloseTo(0, 4);
  });

  it('is deviation over mean of the lengths, averaged over the bones', () => {
    // Chest, hip and one hand keep their distances; the bone to hand_r is 1 and 3 in turn: deviation 1, mean 2.
    const clip = clipOf(4, (t, v) => [v === 3 ? 5 + (t % 2 === 0 ? 1 : 3) : [0, 5, 9][v]!, 0, 0]);
    expect(boneVariationOf([clip], stick)).toBeCloseTo(0.5 / 3, 4);
  });
});

describe('diversityOf', () => {
  const judgement = (...features: number[]) => ({ label: 0, predicted: 0, features: Float32Array.from(features) });

  it('is the mean distance of random pairs', () => {
    // Half of the pairs are of the same point, half are 5 apart.
    const points = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? judgement(0, 0) : judgement(3, 4)));
    expect(diversityOf(points)).toBeCloseTo(2.5, 0);
    expect(diversityOf(points, 1)).toBe(diversityOf(points, 1));
  });

  it('is nothing where all are alike', () => {
    expect(diversityOf([judgement(1, 2), judgement(1, 2)])).toBe(0);
  });
});
