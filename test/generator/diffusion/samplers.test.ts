import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { SAMPLER_NAMES, SAMPLERS, type SamplerName } from '../../../src/generator/diffusion/samplers/samplers.js';
import { samplingTimes, cosineSchedule as schedule } from '../../../src/generator/diffusion/schedule.js';
import { type EstimateFunction, runTable } from '../support/run-table.js';

const MU = 1.5;
const SD = 0.4;

/** The best denoiser for data that are N(MU, SD^2): the posterior mean. Everything about sampling is then known exactly. */
const gaussian: EstimateFunction = (x, t) => {
  const a = schedule.alpha(t);
  const gain = (a * SD ** 2) / (a ** 2 * SD ** 2 + schedule.sigma(t) ** 2);
  return x.map((value) => MU + gain * (value - a * MU));
};

/** Where the probability-flow ODE takes x from time t to time s, for the same data. */
const flow = (x: number, t: number, s: number): number => {
  const spread = (time: number) => Math.hypot(schedule.alpha(time) * SD, schedule.sigma(time));
  return schedule.alpha(s) * MU + (spread(s) / spread(t)) * (x - schedule.alpha(t) * MU);
};

const tableOf = (name: SamplerName, steps: number, eta = 0) => SAMPLERS[name](schedule, samplingTimes(steps), { eta });

const run = (name: SamplerName, steps: number, x: Float32Array, estimate = gaussian, eta = 0) => {
  const random = keyedRandom('steps', name);
  return runTable(tableOf(name, steps, eta), estimate, x, () => random.fillNormal(new Float32Array(x.length)));
};

const moments = (x: Float32Array) => {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return { mean, sd: Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length) };
};

describe.each(SAMPLER_NAMES)('%s', (name) => {
  it.each(name === 'ddpm' || name === 'dpmpp-2m' ? [0] : [0, 0.5, 1])(
    'draws from the data distribution where the estimate is exact (eta %d)',
    (eta) => {
      const x = keyedRandom('start', name).fillNormal(new Float32Array(10_000));
      const { mean, sd } = moments(run(name, name === 'ddpm' || name === 'ddim' ? 500 : 64, x, gaussian, eta));
      expect(mean).toBeCloseTo(MU, 1);
      expect(Math.abs(sd / SD - 1)).toBeLessThan(0.04);
    },
  );

  it('takes the asked number of steps at falling times, and ends with the last estimate', () => {
    const table = tableOf(name, 10, 0.5);
    expect(table).toHaveLength(10);
    for (let i = 1; i < 10; i++) expect(table[i]!.t).toBeLessThan(table[i - 1]!.t);
    expect(table.at(-1)).toMatchObject({ fromX: 0, fromX0Hat: 1, fromPrevious: 0, fromNoise: 0 });
  });

  it('leaves a clean image where it is: with x0Hat right, the signal of each step is that of its time', () => {
    // x_t = alpha_t c without noise, x0Hat = c: every step must lead to alpha_s c when it adds no noise.
    const table = tableOf(name, 12);
    const times = samplingTimes(12);
    for (const [i, { fromX, fromX0Hat, fromPrevious }] of table.slice(0, -1).entries())
      expect(fromX * schedule.alpha(times[i]!) + fromX0Hat + fromPrevious).toBeCloseTo(schedule.alpha(times[i + 1]!), 10);
  });

  it('keeps the variance: what a step keeps of the noise and what it adds make up the noise of its time', () => {
    // x_t = sigma_t eps, x0Hat = 0.
    const table = tableOf(name, 12, 1);
    const times = samplingTimes(12);
    for (const [i, { fromX, fromNoise }] of table.slice(0, -1).entries()) {
      const variance = (fromX * schedule.sigma(times[i]!)) ** 2 + fromNoise ** 2;
      expect(variance).toBeCloseTo(schedule.sigma(times[i + 1]!) ** 2, 10);
    }
  });
});

describe('ddim', () => {
  it('with eta 1 is ancestral sampling', () => {
    const [a, b] = [tableOf('ddim', 20, 1), tableOf('ddpm', 20)];
    for (const [i, step] of a.entries())
      for (const key of ['fromX', 'fromX0Hat', 'fromNoise'] as const) expect(step[key]).toBeCloseTo(b[i]![key], 10);
  });
});

describe('dpmpp-2m-sde', () => {
  it('with eta 0 is dpmpp-2m', () => {
    expect(tableOf('dpmpp-2m-sde', 16)).toEqual(tableOf('dpmpp-2m', 16));
  });
});

describe('dpmpp-2m', () => {
  it('follows the exact flow, with an error that falls at least threefold when the steps double', () => {
    const start = Float32Array.of(-1.2, 0.1, 1.4);
    const error = (steps: number) => {
      const end = run('dpmpp-2m', steps, start);
      const exact = [...start].map((x) => {
        const last = 0.005 + 0.99 / steps;
        const a = schedule.alpha(last);
        const gain = (a * SD ** 2) / (a ** 2 * SD ** 2 + schedule.sigma(last) ** 2);
        return MU + gain * (flow(x, 0.995, last) - a * MU);
      });
      return Math.max(...exact.map((value, i) => Math.abs(value - end[i]!)));
    };
    const [coarse, fine] = [error(96), error(192)];
    expect(coarse).toBeLessThan(0.003);
    expect(coarse / fine).toBeGreaterThan(3);
  });
});

describe('samplers', () => {
  it('agree on the energy of the motion: the mean square of differences between neighbouring values', () => {
    const T = 64;
    const B = 200;
    // Data: x[t] = A sin(2 pi t / T), A ~ N(1, 0.3^2): the posterior mean of A is exact, and every sample lies on that line.
    const wave = Float32Array.from({ length: T }, (_, t) => Math.sin((2 * Math.PI * t) / T));
    const power = wave.reduce((sum, value) => sum + value ** 2, 0);
    const estimate: EstimateFunction = (x, t) => {
      const [a, s] = [schedule.alpha(t), schedule.sigma(t)];
      return Float32Array.from({ length: x.length }, (_, i) => {
        const b = Math.floor(i / T) * T;
        let projection = 0;
        for (let j = 0; j < T; j++) projection += x[b + j]! * wave[j]!;
        const amplitude = (1 / 0.09 + (a * projection) / s ** 2) / (1 / 0.09 + (a ** 2 * power) / s ** 2);
        return amplitude * wave[i % T]!;
      });
    };
    const x = keyedRandom('waves').fillNormal(new Float32Array(B * T));
    const energy = (y: Float32Array) =>
      y.reduce((sum, value, i) => (i % T === 0 ? sum : sum + (value - y[i - 1]!) ** 2), 0) / y.length;
    const slow = energy(run('ddpm', 200, x, estimate));
    for (const [name, eta] of [
      ['dpmpp-2m', 0],
      ['dpmpp-2m-sde', 1],
      ['ddim', 0],
    ] as const)
      expect(Math.abs(energy(run(name, 16, x, estimate, eta)) / slow - 1), name).toBeLessThan(0.1);
  });
});

describe('samplingTimes', () => {
  it.each([0, 1001, 2.5])('refuses %s steps', (steps) => {
    expect(() => samplingTimes(steps)).toThrow(`generator.steps is ${steps}`);
  });

  it('starts where it is told', () => {
    expect(samplingTimes(4, 0.5)[0]).toBe(0.5);
    expect(samplingTimes(4, 0.5)[4]).toBeCloseTo(0.005);
  });
});
