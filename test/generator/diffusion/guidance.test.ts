import { describe, expect, it } from 'vitest';
import { guidanceWeight, type Moments, momentCorrections, steadied, unitRms } from '../../../src/generator/diffusion/guidance.js';
import { planSteps } from '../../../src/generator/diffusion/plan-steps.js';
import { SAMPLERS } from '../../../src/generator/diffusion/samplers/samplers.js';
import { STEP_COLUMNS } from '../../../src/generator/diffusion/sampling-steps.js';
import { cosineSchedule, lambdaOf, samplingTimes } from '../../../src/generator/diffusion/schedule.js';
import { onCpu, tf } from '../support/on-cpu.js';

describe('guidanceWeight', () => {
  it('is w sigma^2 d^2 / (alpha^2 d^2 + sigma^2) for data of deviation d', () => {
    const [alpha2, sigma2] = [Math.cos(0.2 * Math.PI) ** 2, Math.sin(0.2 * Math.PI) ** 2];
    expect(guidanceWeight(cosineSchedule, 0.4, 0.7, 0.5)).toBeCloseTo((0.7 * sigma2 * 0.25) / (alpha2 * 0.25 + sigma2), 12);
  });

  it('is bounded by w d^2 at high noise and dies out at low noise', () => {
    expect(guidanceWeight(cosineSchedule, 0.999, 2, 0.5)).toBeCloseTo(0.5, 4);
    expect(guidanceWeight(cosineSchedule, 0.001, 2, 0.5)).toBeLessThan(1e-5);
  });
});

describe('unitRms', () => {
  it('scales each image to a root mean square of one, however small its gradient is', async () => {
    const got = await onCpu(() => unitRms(tf.tensor3d([3, -4, 0, 0, 3e-20, -4e-20, 0, 0], [2, 2, 2])));
    const expected = [3, -4, 0, 0].map((value) => value / 2.5);
    expect(got).toEqual([...expected, ...expected].map((value) => expect.closeTo(value, 5)));
  });

  it('leaves zeros', async () => {
    expect(await onCpu(() => unitRms(tf.zeros([1, 2, 2])))).toEqual([0, 0, 0, 0]);
  });
});

describe('steadied', () => {
  /** Directions of a run of equal gradients. */
  const directions = async (moments: Moments, gradients: readonly number[]): Promise<number[]> =>
    onCpu(() => {
      let state = { first: tf.zeros([1, 1, 1]), second: tf.zeros([1, 1, 1]) };
      const out = gradients.map((value, i) => {
        const [a, b] = momentCorrections(moments, i + 1);
        const { direction, state: next } = steadied(tf.fill([1, 1, 1], value), moments, state, [tf.scalar(a), tf.scalar(b)]);
        state = { ...state, ...next };
        return tf.reshape(direction, [1]);
      });
      return tf.concat(out);
    });

  it('without moments is the gradient', async () => {
    expect(await directions('none', [2, -3])).toEqual([2, -3]);
  });

  it('with a moving average is unbiased from the first step on', async () => {
    const got = await directions('ema', [2, 2, 2, -4]);
    expect(got.slice(0, 3)).toEqual([2, 2, 2].map((value) => expect.closeTo(value, 5)));
    // 0.5 (-4) + 0.5 (1.75) over 1 - 0.5^4
    expect(got[3]).toBeCloseTo((0.5 * -4 + 0.5 * 1.75) / (1 - 0.5 ** 4), 5);
  });

  it('with Adam has unit length for equal gradients of any size', async () => {
    expect(await directions('adam', [5e-3, 5e-3])).toEqual([1, 1].map((value) => expect.closeTo(value, 4)));
  });
});

describe('planSteps', () => {
  const table = SAMPLERS['dpmpp-2m'](cosineSchedule, samplingTimes(16), { eta: 0 });
  const plan = {
    scale: 0.4,
    interval: [0.3, 0.8] as const,
    moments: 'none' as const,
    scaleInterval: [0.2, 0.9] as const,
    deviation: 1,
  };
  const counts = (fused: number, scale = 0.4) =>
    planSteps(table, cosineSchedule, { ...plan, scale }, fused).map(({ kind }) => `${kind.guided ? 'g' : 'p'}${kind.count}`);

  it('steers within the interval only', () => {
    const guided = planSteps(table, cosineSchedule, plan, 1).filter(({ kind }) => kind.guided);
    expect(guided.map(({ table: [t] }) => t!).every((t) => t > 0.3 && t < 0.8)).toBe(true);
    expect(guided).toHaveLength(table.filter(({ t }) => t > 0.3 && t < 0.8).length);
  });

  it('lets the estimate guide itself within its own interval only', () => {
    const column = STEP_COLUMNS.indexOf('scaleWeight');
    const rows = planSteps(table, cosineSchedule, plan, 1).map(({ table: [...row] }) => row);
    expect(rows.map((row) => row[column])).toEqual(table.map(({ t }) => (t > 0.2 && t < 0.9 ? 1 : 0)));
  });

  it('never steers at scale 0', () => {
    expect(counts(1, 0)).toEqual(new Array(16).fill('p1'));
  });

  it('joins steps of one kind, up to the wanted number', () => {
    expect(counts(100)).toEqual(['p4', 'g8', 'p4']);
    expect(counts(3)).toEqual(['p3', 'p1', 'g3', 'g3', 'g2', 'p3', 'p1']);
  });

  it('keeps the steps that add noise apart from those that add none', () => {
    const noisy = SAMPLERS.ddpm(cosineSchedule, samplingTimes(5), { eta: 1 });
    expect(planSteps(noisy, cosineSchedule, { ...plan, scale: 0 }, 9).map(({ kind }) => [kind.noisy, kind.count])).toEqual([
      [true, 4],
      [false, 1],
    ]);
  });

  it('hands every step to exactly one run, in order', () => {
    const times = planSteps(table, cosineSchedule, plan, 3).flatMap(({ table: rows }) =>
      [...rows].filter((_, i) => i % STEP_COLUMNS.length === 0),
    );
    expect(times).toEqual(table.map(({ t }) => Math.fround(t)));
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
});
