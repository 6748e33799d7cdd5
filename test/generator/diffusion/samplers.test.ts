import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import type { Denoise } from '../../../src/generator/diffusion/guidance.js';
import { SAMPLERS, type SamplerName } from '../../../src/generator/diffusion/samplers/samplers.js';
import { cosineSchedule as schedule } from '../../../src/generator/diffusion/schedule.js';

const MU = 1.5;
const SD = 0.4;

/** The best denoiser for data that are N(MU, SD^2): the posterior mean. Everything about sampling is then known exactly. */
const gaussian: Denoise = async (x, t) => {
  const a = schedule.alpha(t);
  const gain = (a * SD ** 2) / (a ** 2 * SD ** 2 + schedule.sigma(t) ** 2);
  return x.map((value) => MU + gain * (value - a * MU));
};

/** Where the probability-flow ODE takes x from time t to time s, for the same data. */
const flow = (x: number, t: number, s: number): number => {
  const spread = (time: number) => Math.hypot(schedule.alpha(time) * SD, schedule.sigma(time));
  return schedule.alpha(s) * MU + (spread(s) / spread(t)) * (x - schedule.alpha(t) * MU);
};

const run = (name: SamplerName, steps: number, x: Float32Array, denoise = gaussian) => {
  const random = keyedRandom('steps', name);
  return SAMPLERS[name](denoise, x, { schedule, steps, noise: () => random.fillNormal(new Float32Array(x.length)) });
};

const moments = (x: Float32Array) => {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return { mean, sd: Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length) };
};

describe.each(['ddpm', 'dpmpp-2m'] as const)('%s', (name) => {
  it('draws from the data distribution where the denoiser is exact', async () => {
    const x = keyedRandom('start', name).fillNormal(new Float32Array(20_000));
    const { mean, sd } = moments(await run(name, name === 'ddpm' ? 1000 : 24, x));
    expect(mean).toBeCloseTo(MU, 1);
    expect(Math.abs(sd / SD - 1)).toBeLessThan(0.04);
  });

  it('does not touch the noise that it starts from', async () => {
    const x = Float32Array.of(0.3, -1, 2);
    await run(name, 4, x);
    expect([...x]).toEqual([...Float32Array.of(0.3, -1, 2)]);
  });

  it('stops with the reason of an abort, before the next step', async () => {
    const controller = new AbortController();
    let calls = 0;
    const denoise: Denoise = async (x) => {
      if (++calls === 2) controller.abort(new Error('enough'));
      return x;
    };
    await expect(
      SAMPLERS[name](denoise, new Float32Array(4), {
        schedule,
        steps: 10,
        noise: () => new Float32Array(4),
        signal: controller.signal,
      }),
    ).rejects.toThrow('enough');
    expect(calls).toBe(2);
  });

  it('asks for estimates at falling times, once a step', async () => {
    const times: number[] = [];
    await run(name, 10, new Float32Array(1), async (x, t) => {
      times.push(t);
      return x;
    });
    expect(times).toHaveLength(10);
    for (let i = 1; i < 10; i++) expect(times[i]).toBeLessThan(times[i - 1]!);
  });

  it.each([0, 1001, 2.5])('refuses %s steps', async (steps) => {
    await expect(run(name, steps, new Float32Array(1))).rejects.toThrow(`generator.steps is ${steps}`);
  });
});

describe('dpmpp-2m', () => {
  it('follows the exact flow, with an error that falls at least threefold when the steps double', async () => {
    const start = Float32Array.of(-1.2, 0.1, 1.4);
    const error = async (steps: number) => {
      const end = await run('dpmpp-2m', steps, start);
      const exact = [...start].map((x) => {
        const last = 0.005 + 0.99 / steps;
        const a = schedule.alpha(last);
        const gain = (a * SD ** 2) / (a ** 2 * SD ** 2 + schedule.sigma(last) ** 2);
        return MU + gain * (flow(x, 0.995, last) - a * MU);
      });
      return Math.max(...exact.map((value, i) => Math.abs(value - end[i]!)));
    };
    const [coarse, fine] = [await error(96), await error(192)];
    expect(coarse).toBeLessThan(0.003);
    expect(coarse / fine).toBeGreaterThan(3);
  });
});

describe('samplers', () => {
  it('agree on the energy of the motion: the mean square of differences between neighbouring values', async () => {
    const T = 64;
    const B = 200;
    // Data: x[t] = A sin(2 pi t / T), A ~ N(1, 0.3^2): the posterior mean of A is exact, and every sample lies on that line.
    const wave = Float32Array.from({ length: T }, (_, t) => Math.sin((2 * Math.PI * t) / T));
    const power = wave.reduce((sum, value) => sum + value ** 2, 0);
    const denoise: Denoise = async (x, t) => {
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
    const [slow, fast] = [energy(await run('ddpm', 200, x, denoise)), energy(await run('dpmpp-2m', 16, x, denoise))];
    expect(Math.abs(fast / slow - 1)).toBeLessThan(0.1);
  });
});
