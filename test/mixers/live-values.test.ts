import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/core/errors.js';
import { assertClassWeights, assertScale, assertSchedule } from '../../src/mixers/live-values.js';

function errorOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('expected a ConfigError');
}

describe('class weights', () => {
  test('are rounded to hundredths, and null is the configured choice', () => {
    expect(assertClassWeights([1, 0.3333, 0], 3, true)).toEqual([1, 0.33, 0]);
    expect([null, undefined].map((none) => assertClassWeights(none, 3, false))).toEqual([null, null]);
  });

  test.each([
    [[1, 1], 'classWeights'],
    ['all', 'classWeights'],
    [{ 0: 1, 1: 1, 2: 1, length: 3 }, 'classWeights'],
    [[1, -1, 1], 'classWeights[1]'],
    [[1, 1, 101], 'classWeights[2]'],
    [[Number.NaN, 1, 1], 'classWeights[0]'],
    [[1, '1', 1], 'classWeights[1]'],
    [[0, 0, 0.004], 'classWeights'],
  ])('%j is refused, naming %s', (value, field) => {
    expect(errorOf(() => assertClassWeights(value, 3, true))).toMatchObject({ code: 'CONFIG_INVALID', details: { field } });
  });

  test('are refused where nothing is synthesised', () => {
    expect(errorOf(() => assertClassWeights([1, 1, 1], 3, false)).message).toContain('no generator');
  });
});

describe('a schedule', () => {
  test('begins at the ratio of the moment and counts epochs unless it says otherwise; its words come out in one order', () => {
    const written = JSON.stringify(assertSchedule({ over: 5, to: 0.5, kind: 'linear' }, 0.2, true));
    expect(written).toBe('{"kind":"linear","from":0.2,"to":0.5,"over":5,"unit":"epochs"}');
    expect(assertSchedule({ kind: 'constant', to: 1 }, 0.2, true)).toEqual({ kind: 'constant', to: 1 });
    const warm = { kind: 'warm', to: 0.4, rise: 1, hold: 0, fall: 2.5, unit: 'batches' };
    expect(assertSchedule(warm, 0.2, true)).toEqual(warm);
    expect(assertSchedule(null, 0, false)).toBeNull();
  });

  test.each([
    ['linear', 'schedule'],
    [[], 'schedule'],
    [{ kind: 'step', to: 0.5 }, 'schedule'],
    [{ kind: 'constant', to: 1.5 }, 'schedule.to'],
    [{ kind: 'constant' }, 'schedule.to'],
    [{ kind: 'constant', to: 0.5, over: 3 }, 'schedule.over'],
    [{ kind: 'cosine', to: 0.5 }, 'schedule.over'],
    [{ kind: 'cosine', to: 0.5, over: -1 }, 'schedule.over'],
    [{ kind: 'cosine', to: 0.5, over: 1e7 }, 'schedule.over'],
    [{ kind: 'linear', to: 0.5, over: 3, unit: 'hours' }, 'schedule.unit'],
    [{ kind: 'linear', from: 2, to: 0.5, over: 3 }, 'schedule.from'],
    [{ kind: 'warm', to: 0.5, rise: 3, hold: 1 }, 'schedule.fall'],
    [{ kind: 'warm', to: 0.5, rise: 6e5, hold: 6e5, fall: 1 }, 'schedule'],
  ])('%j is refused, naming %s', (value, field) => {
    expect(errorOf(() => assertSchedule(value, 0, true))).toMatchObject({ code: 'CONFIG_INVALID', details: { field } });
  });

  test('is refused where nothing is synthesised', () => {
    expect(errorOf(() => assertSchedule({ kind: 'constant', to: 0 }, 0, false)).message).toContain('no generator');
  });
});

test('scales of guidance are numbers from 0 to 20', () => {
  expect(assertScale('guidance.classifier', 0.3)).toBe(0.3);
  for (const wrong of [-1, 21, Number.NaN, '1', null])
    expect(errorOf(() => assertScale('guidance.classifierFree', wrong)).message).toContain('from 0 to 20 (1 is off)');
});
