import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertSchedule } from '../../src/mixers/live-values.js';
import { orderClasses } from '../../web/src/controls/class-order.js';
import { weightsNow } from '../../web/src/controls/class-weights.js';
import { effectText } from '../../web/src/controls/effect-text.js';
import { draftedSchedule, scheduleCurve } from '../../web/src/controls/schedule-draft.js';
import { targetOf } from '../../web/src/controls/target-of.js';
import { presetWeights, weightsOfShares } from '../../web/src/controls/weight-presets.js';

const shares = { real: [0.5, 0.3, 0.2, 0], synthetic: [0.25, 0.25, 0.25, 0.25] };

describe('weights of the classes', () => {
  it('are 1 on average over the classes that have any', () => {
    expect(weightsOfShares([0.5, 0.3, 0.2, 0])).toEqual([1.5, 0.9, 0.6, 0]);
    expect(weightsOfShares([1, 1e-9])).toEqual([2, 0.01]);
  });

  it('come in presets', () => {
    expect(presetWeights('configured', shares, 0.5)).toBeNull();
    expect(presetWeights('equal', shares, 0.5)).toEqual([1, 1, 1, 0]);
    expect(presetWeights('real', shares, 0.5)).toEqual([1.5, 0.9, 0.6, 0]);
    expect(presetWeights('balance', shares, 0)).toEqual([1, 1, 1, 0]);
  });

  it('fill up rare classes: real and synthetic together come out even, as far as the ratio reaches', () => {
    const counts = fc.array(fc.nat(50), { minLength: 1, maxLength: 10 }).filter((all) => all.some((n) => n > 0));
    fc.assert(
      fc.property(counts, fc.double({ min: 0.05, max: 1, noNaN: true }), (clips, ratio) => {
        const sum = clips.reduce((a, b) => a + b, 0);
        const real = clips.map((n) => n / sum);
        const weights = presetWeights('balance', { real, synthetic: real }, ratio)!;
        const all = weights.reduce((a, b) => a + b, 0);
        const together = real.map((share, label) => (1 - ratio) * share + (ratio * weights[label]!) / all);
        const present = real.filter((share) => share > 0).length;
        // Nobody who was filled up is above those who were not.
        for (const [label, share] of together.entries()) {
          if (real[label] === 0) expect(share).toBe(0);
          else if (weights[label]! > 0.01) expect(share).toBeLessThan(1 / present + 0.01);
        }
      }),
    );
  });

  it('are those set, else those configured', () => {
    const info = { classes: ['a', 'b'] } as never;
    const classShares = { real: [0.9, 0.1], synthetic: [0.5, 0.5] };
    expect(weightsNow({ info, classShares, settings: { ratio: 0, paused: false, classWeights: [3, 0] } })).toEqual([3, 0]);
    expect(weightsNow({ info, classShares, settings: { ratio: 0, paused: false } })).toEqual([1, 1]);
    expect(weightsNow({ info, classShares: null, settings: { ratio: 0, paused: false, classWeights: null } })).toEqual([1, 1]);
    expect(orderClasses(['a', 'b', 'c'], { real: [], synthetic: [] }, 'weight', [1, 3, 2])).toEqual([1, 2, 0]);
  });
});

describe('the schedule in the editor', () => {
  const values = { from: 0.1, to: 0.5, over: 10, rise: 1, hold: 2, fall: 3 };

  it.each(['constant', 'linear', 'cosine', 'warm'] as const)('of kind %s is one that the server takes as it is', (kind) => {
    const drafted = draftedSchedule(kind, 'batches', values);
    expect(assertSchedule(drafted, 0.9, true)).toEqual(drafted);
  });

  it('leaves out what is not a number, and then has no curve', () => {
    const drafted = draftedSchedule('linear', 'epochs', { ...values, over: Number.NaN });
    expect('over' in drafted).toBe(false);
    expect(scheduleCurve(drafted, 100, 50)).toBeNull();
  });

  it('is drawn from its start to behind its end, upwards for more', () => {
    const { points, xOf } = scheduleCurve(draftedSchedule('warm', 'epochs', values), 112, 50)!;
    const places = points.split(' ').map((point) => point.split(',').map(Number) as [number, number]);
    expect(places[0]).toEqual([0, 50]);
    expect(Math.min(...places.map(([, y]) => y))).toBe(25);
    expect(places.at(-1)).toEqual([112, 50]);
    expect([xOf(0), xOf(1000)]).toEqual([0, 112]);
    expect(xOf(6)).toBeCloseTo(100);
  });

  it('says in the place of the ratio what is asked for now', () => {
    const schedule = { kind: 'constant', to: 0.5 } as const;
    const stats = { 'mix.target': 0.47, 'mix.batches': 30 };
    expect(targetOf({ settings: { ratio: 0.1, paused: false, schedule }, stats })).toBe(0.47);
    expect(targetOf({ settings: { ratio: 0.1, paused: false, schedule: null }, stats })).toBe(0.1);
    const change = { rev: 1, key: 'schedule', value: schedule, effectiveSeq: 20, by: 'http' } as const;
    const settings = { ratio: 0.1, paused: false, schedule };
    expect(effectText({ settings, stats, lastChanges: { schedule: change } })).toBe('constant schedule since batch 20; by http');
    expect(effectText({ settings, stats, lastChanges: {} })).toBe('constant schedule');
  });
});
