import { describe, expect, it } from 'vitest';
import { withClassifierGuidance } from '../../../src/generator/diffusion/guidance.js';
import { cosineSchedule, lambdaOf, samplingTimes } from '../../../src/generator/diffusion/schedule.js';

const options = { classifierScale: 0.4, interval: [0.15, 0.9] as const, deviation: 1 };
const flat = async (x: Float32Array) => new Float32Array(x.length);

describe('withClassifierGuidance', () => {
  it('moves each image along its own gradient, scaled to unit root mean square, by w sigma^2', async () => {
    const gradient = Float32Array.of(3, -4, 0, 0, 300, -400, 0, 0);
    const guided = withClassifierGuidance(flat, async () => gradient, cosineSchedule, 2, options);
    const x0Hat = await guided(new Float32Array(8), 0.5);
    const w = 0.4 * 0.5;
    const expected = [3, -4, 0, 0].map((value) => (w * value) / 2.5);
    expect([...x0Hat]).toEqual([...expected, ...expected].map((value) => expect.closeTo(value, 5)));
  });

  it('weighs by w sigma^2 d^2 / (alpha^2 d^2 + sigma^2) for data of deviation d', async () => {
    const guided = withClassifierGuidance(flat, async (x) => x.map(() => 1), cosineSchedule, 1, { ...options, deviation: 0.5 });
    const [alpha2, sigma2] = [Math.cos(0.2 * Math.PI) ** 2, Math.sin(0.2 * Math.PI) ** 2];
    expect((await guided(new Float32Array(1), 0.4))[0]).toBeCloseTo((0.4 * sigma2 * 0.25) / (alpha2 * 0.25 + sigma2), 5);
  });

  it('steers within the interval only, and then asks the guide about x0Hat, not about x', async () => {
    const asked: number[] = [];
    const guided = withClassifierGuidance(
      async (x) => x.map(() => 7),
      async (x0Hat) => {
        asked.push(x0Hat[0]!);
        return x0Hat.map(() => 1);
      },
      cosineSchedule,
      1,
      options,
    );
    for (const t of [0.1, 0.15, 0.5, 0.9, 0.95]) await guided(Float32Array.of(2), t);
    expect(asked).toEqual([7]);
  });

  it('is the bare denoiser at scale 0', () => {
    expect(withClassifierGuidance(flat, flat, cosineSchedule, 1, { ...options, classifierScale: 0 })).toBe(flat);
  });

  it('survives a gradient of zeros', async () => {
    const guided = withClassifierGuidance(async (x) => x.slice(), flat, cosineSchedule, 1, options);
    expect([...(await guided(Float32Array.of(1, 2), 0.5))]).toEqual([1, 2]);
  });
});

describe('cosineSchedule', () => {
  it('preserves variance and falls in signal-to-noise', () => {
    let before = Number.POSITIVE_INFINITY;
    for (let t = 0.01; t < 1; t += 0.01) {
      expect(cosineSchedule.alpha(t) ** 2 + cosineSchedule.sigma(t) ** 2).toBeCloseTo(1, 12);
      expect(lambdaOf(cosineSchedule, t)).toBeLessThan(before);
      before = lambdaOf(cosineSchedule, t);
    }
  });

  it('is sampled at evenly spaced times from 0.995 to 0.005', () => {
    const times = samplingTimes(16);
    expect(times).toHaveLength(17);
    expect(times[0]).toBeCloseTo(0.995);
    expect(times[16]).toBeCloseTo(0.005);
  });
});
