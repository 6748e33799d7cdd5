import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { createCpuEngine } from '../../../src/engine/cpu.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createSampling } from '../../../src/generator/diffusion/create-sampling.js';
import { createEstimate } from '../../../src/generator/diffusion/estimate.js';
import { guidanceWeight } from '../../../src/generator/diffusion/guidance.js';
import { type Guide, stTransGuide } from '../../../src/generator/diffusion/guide.js';
import { SAMPLERS } from '../../../src/generator/diffusion/samplers/samplers.js';
import { samplingTimes, cosineSchedule as schedule } from '../../../src/generator/diffusion/schedule.js';
import type { Model } from '../../../src/generator/model/load-model.js';
import { defaultSampling, type SamplingSettings } from '../../../src/generator/sampling-settings.js';
import { tf } from '../support/on-cpu.js';
import { runTable } from '../support/run-table.js';

const T = 4;
const F = 6;
const B = 2;

/** A model whose estimate is known: x0Hat = x / 2 + scale + class + weight, so that every part leaves a trace. */
function knownModel(maxScale: number): Model {
  const network = {
    parameters: [{ name: 'w', shape: [1], deviation: 0 }],
    forward: (
      weights: Record<string, ReturnType<typeof tf.tensor>>,
      { x, y, scale }: Record<string, ReturnType<typeof tf.tensor>>,
    ) => {
      const classes = tf.reshape(tf.sum(tf.mul(y!, tf.tensor1d([1, 3])), 1), [-1, 1, 1]);
      const own = scale ? tf.reshape(scale, [-1, 1, 1]) : 1;
      return tf.add(tf.add(tf.mul(x!, 0.5), tf.mul(classes, own)), weights.w!);
    },
  };
  const net = (value: number) => ({ network, weights: { w: { shape: [1], data: Float32Array.of(value) } } }) as never;
  return {
    folder: 'models/known',
    manifest: {
      image: { numFrames: T, maxPersons: 1, fps: 30, scale: 1, deviation: 0.5 },
      layout: { joints: ['a', 'b'], channels: 3 },
      classes: ['one', 'two'],
    },
    denoiser: Object.assign(net(0.25), { maxScale }),
    early: net(-1),
    stTrans: undefined,
  } as unknown as Model;
}

/** Pulls towards 2 y: its gradient is 2 y - x0Hat. */
const pull: Guide = {
  name: 'pull',
  weights: { strength: { shape: [1], data: Float32Array.of(2) } },
  gradient: ({ strength }, { x0Hat, y }) =>
    tf.sub(tf.mul(tf.reshape(tf.sum(tf.mul(y, tf.tensor1d([0, 1])), 1), [-1, 1, 1]), strength!), x0Hat),
};

let engine: Engine;
beforeAll(async () => {
  engine = await createCpuEngine();
});
afterAll(() => engine.close());

const y = Float32Array.of(1, 0, 0, 1);
const start = keyedRandom('start').fillNormal(new Float32Array(B * T * F));
const off: SamplingSettings = { ...defaultSampling, steps: 5, classifierFreeScale: 1, classifierScale: 0 };

async function sample(
  model: Model,
  settings: SamplingSettings,
  { scale, ...more }: { guide?: Guide; fused?: number; scale?: Float32Array } = {},
): Promise<Float32Array> {
  const sampling = createSampling({ model, engine, settings, ...more });
  const per = Array.from({ length: B }, (_, b) => keyedRandom('noise', b));
  const noise = (count: number) => {
    const out = new Float32Array(B * count * T * F);
    for (const [b, stream] of per.entries()) stream.fillNormal(out.subarray(b * count * T * F, (b + 1) * count * T * F));
    return out;
  };
  try {
    return await sampling.sample({ x: start, y, noise, scale });
  } finally {
    await sampling.close();
  }
}

const expected = (x0Hat: (x: Float32Array, t: number) => Float32Array, steps = 5) =>
  runTable(SAMPLERS['dpmpp-2m'](schedule, samplingTimes(steps), { eta: 0 }), x0Hat, start, () => new Float32Array(0));

const classOf = (i: number) => (i < T * F ? 1 : 3);

function expectNear(got: Float32Array, want: Float32Array): void {
  expect(got).toHaveLength(want.length);
  for (const [i, value] of got.entries()) expect(value).toBeCloseTo(want[i]!, 4);
}

describe('createSampling', () => {
  it('follows the table of its sampler with the estimate of its denoiser', async () => {
    expectNear(
      await sample(knownModel(1), off),
      expected((x) => x.map((value, i) => value / 2 + classOf(i) + 0.25)),
    );
  });

  it('extrapolates from the unconditional to the conditional estimate, in two passes', async () => {
    const sampling = createSampling({ model: knownModel(1), engine, settings: { ...off, classifierFreeScale: 2 } });
    expect(sampling.cost).toEqual({ passes: 10, gradients: 0 });
    await sampling.close();
    const got = await sample(knownModel(1), { ...off, classifierFreeScale: 2 });
    expectNear(
      got,
      expected((x) => x.map((value, i) => value / 2 + 2 * classOf(i) + 0.25)),
    );
  });

  it('takes one pass where the denoiser knows the scale, and two beyond what it knows', async () => {
    const settings = { ...off, classifierFreeScale: 2 };
    const known = createSampling({ model: knownModel(3), engine, settings });
    expect(known.cost.passes).toBe(5);
    const beyond = createSampling({ model: knownModel(1.5), engine, settings });
    expect(beyond.cost.passes).toBe(10);
    await known.close();
    await beyond.close();
    expectNear(await sample(knownModel(3), settings), await sample(knownModel(1.5), settings));
  });

  it.each([1, 4])('guides each image by a scale of its own (a denoiser that knows scales up to %d)', async (maxScale) => {
    const settings = { ...off, classifierFreeScale: 2.5, classifierFreeSpread: 1 };
    const sampling = createSampling({ model: knownModel(maxScale), engine, settings });
    expect(sampling.cost.passes).toBe(maxScale === 4 ? 5 : 10);
    await sampling.close();
    const got = await sample(knownModel(maxScale), settings, { scale: Float32Array.of(1, 4) });
    expectNear(
      got,
      expected((x) => x.map((value, i) => value / 2 + (i < T * F ? 1 : 4) * classOf(i) + 0.25)),
    );
  });

  it('takes two passes where the highest scale of a clip is beyond what the denoiser knows', async () => {
    const settings = { ...off, classifierFreeScale: 2.5, classifierFreeSpread: 0.5 };
    const passes = [3, 3.25].map((maxScale) => createSampling({ model: knownModel(maxScale), engine, settings }).cost.passes);
    expect(passes).toEqual([10, 5]);
  });

  it.each([1, 3])('guides itself within its interval only (a denoiser that knows scales up to %d)', async (maxScale) => {
    const got = await sample(knownModel(maxScale), {
      ...off,
      classifierFreeScale: 2,
      classifierFreeInterval: [0.2, 0.7] as const,
    });
    expectNear(
      got,
      expected((x, t) => x.map((value, i) => value / 2 + (t > 0.2 && t < 0.7 ? 2 : 1) * classOf(i) + 0.25)),
    );
  });

  it('extrapolates from the early snapshot to the denoiser with autoguidance', async () => {
    const got = await sample(knownModel(1), { ...off, autoguidanceScale: 3 });
    expectNear(
      got,
      expected((x) => x.map((value, i) => value / 2 + classOf(i) + (-1 + 3 * 1.25))),
    );
  });

  it('adds the plain gradient of a plug-in guide within the interval, stopped at x0Hat', async () => {
    const settings = { ...off, classifierScale: 0.4, interval: [0.2, 0.7] as const, normalise: false };
    const got = await sample(knownModel(1), settings, { guide: pull });
    const want = expected((x, t) =>
      x.map((value, i) => {
        const x0Hat = value / 2 + classOf(i) + 0.25;
        if (t <= 0.2 || t >= 0.7) return x0Hat;
        return x0Hat + guidanceWeight(schedule, t, 0.4, 0.5) * ((i < T * F ? 0 : 2) - x0Hat);
      }),
    );
    expectNear(got, want);
  });

  it('adds gradients of unit root mean square by default', async () => {
    const settings = { ...off, classifierScale: 0.4, interval: [0, 1] as const };
    const got = await sample(knownModel(1), settings, { guide: pull });
    const want = expected((x, t) => {
      const x0Hat = x.map((value, i) => value / 2 + classOf(i) + 0.25);
      const gradient = x0Hat.map((value, i) => (i < T * F ? 0 : 2) - value);
      for (let b = 0; b < B; b++) {
        const image = gradient.subarray(b * T * F, (b + 1) * T * F);
        const rms = Math.sqrt(image.reduce((sum, value) => sum + value ** 2, 0) / image.length);
        for (const [i, value] of image.entries()) x0Hat[b * T * F + i]! += (guidanceWeight(schedule, t, 0.4, 0.5) * value) / rms;
      }
      return x0Hat;
    });
    expectNear(got, want);
  });

  it.each([
    ['dpmpp-2m', 'none', 0],
    ['dpmpp-2m', 'adam', 0],
    ['dpmpp-2m-sde', 'ema', 1],
    ['ddpm', 'none', 0],
  ] as const)('gives the same images however many steps one graph takes (%s, moments %s)', async (sampler, moments, eta) => {
    const settings = { ...off, sampler, moments, eta, classifierScale: 0.4 };
    const [one, all] = [
      await sample(knownModel(1), settings, { guide: pull }),
      await sample(knownModel(1), settings, { guide: pull, fused: 3 }),
    ];
    expectNear(all, one);
    expect(one.every(Number.isFinite)).toBe(true);
  });

  it('does not touch the noise that it starts from', async () => {
    const before = start.slice();
    await sample(knownModel(1), off);
    expect(start).toEqual(before);
  });

  it('stops with the reason of an abort before the next step', async () => {
    const controller = new AbortController();
    const sampling = createSampling({ model: knownModel(1), engine, settings: { ...off, sampler: 'ddpm' } });
    let asked = 0;
    const noise = (count: number) => {
      if (++asked === 2) controller.abort(new Error('enough'));
      return new Float32Array(B * count * T * F);
    };
    await expect(sampling.sample({ x: start, y, noise, signal: controller.signal })).rejects.toThrow('enough');
    expect(asked).toBe(2);
    await sampling.close();
  });

  it('refuses what the model has no network for, saying how to get one', () => {
    expect(() => stTransGuide(knownModel(1), 'joint')).toThrow(/models\/known has no ST-Trans to guide with: train it with/);
    const bare = { ...knownModel(1), early: undefined };
    expect(() => createEstimate(bare, { classifierFreeScale: 1, classifierFreeSpread: 0, autoguidanceScale: 2 })).toThrow(
      /no early snapshot.*skelmix train early/s,
    );
  });
});
