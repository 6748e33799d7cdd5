import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import { keyedRandom } from '../../../src/core/random.js';
import { fitImageSpec } from '../../../src/generator/representation.js';
import { fitNoise } from '../../../src/generator/training/fit-noise.js';
import { stick, stickClip } from '../support/tiny.js';

/** Forty clips of a body that stands still, with white noise of a deviation for each joint, in metres. */
function noisyClips(key: string, deviations: readonly number[]): Clip[] {
  return Array.from({ length: 40 }, (_, i) => {
    const clip = stickClip(i, 0, 32);
    const random = keyedRandom(key, i);
    // One pose throughout, so that all that changes is noise.
    const keypoint = clip.keypoint.map(
      (_, j) => clip.keypoint[j % 12]! + deviations[Math.floor((j % 12) / 3)]! * random.normal(),
    );
    return { ...clip, keypoint };
  });
}

describe('fitNoise', () => {
  it('finds the noise that samples lack, joint by joint, in units of the image', () => {
    const real = noisyClips('real', [0.005, 0.01, 0.02, 0.01]);
    const spec = fitImageSpec(real, stick, 32);
    const noise = fitNoise(real, noisyClips('samples', [0.003, 0, 0.02, 0.03]), stick, spec);
    expect(noise).toHaveLength(12);
    const mean = (joint: number) => ((noise[3 * joint]! + noise[3 * joint + 1]! + noise[3 * joint + 2]!) / 3) * spec.scale;
    expect(mean(0)).toBeCloseTo(0.004, 3);
    expect(mean(1)).toBeCloseTo(0.01, 3);
    expect(mean(2)).toBeLessThan(0.006);
    expect(mean(3)).toBe(0);
  });
});
