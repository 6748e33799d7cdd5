import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/core/errors.js';
import type { Change, LiveSettings } from '../../src/core/source.js';
import { createLiveControl } from '../../src/mixers/live-settings.js';

const start = { ratio: 0.3, paused: false };

const controlOf = (settings: LiveSettings, canSynthesise: boolean) =>
  createLiveControl(settings, { canSynthesise, numClasses: 3, targetNow: () => 0.3 });

function errorOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('expected a ConfigError');
}

describe('live settings', () => {
  test('a change raises the revision and is told after the state has moved', () => {
    const control = controlOf(start, true);
    const seen: unknown[] = [];
    control.onChange((change) => seen.push(change, control.state$.value));
    const change = control.check('ratio', 0.5, 'me', 12);
    expect(control.state$.value.rev).toBe(0);
    control.accept(change);
    const state = { rev: 1, settings: { ratio: 0.5, paused: false } };
    expect(seen).toEqual([{ rev: 1, key: 'ratio', value: 0.5, effectiveSeq: 12, by: 'me' }, state]);
  });

  test.each([-0.1, 1.01, Number.NaN, Number.POSITIVE_INFINITY, '0.5', null, undefined, true])(
    'ratio %s is refused with the value and the range',
    (value) => {
      const error = errorOf(() => controlOf(start, true).check('ratio', value, 'me', 0));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', details: { field: 'ratio', got: value } });
      expect(error.message).toContain(typeof value === 'number' ? String(value) : String(JSON.stringify(value)));
      expect(error.message).toContain('from 0 (no synthetic samples) to 1 (only synthetic)');
    },
  );

  test.each([0, 1, 'true', null])('paused %s is refused', (value) => {
    expect(errorOf(() => controlOf(start, true).check('paused', value, 'me', 0)).message).toContain('true or false');
  });

  test.each([
    ['Ratio', 'ratio'],
    ['ratoi', 'ratio'],
    ['mixRatio', 'ratio'],
    ['pause', 'paused'],
  ])('the unknown key %s is refused with the hint %s', (key, hint) => {
    const error = errorOf(() => controlOf(start, true).check(key, 0.5, 'me', 0));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(`"${key}" is no live setting; did you mean "${hint}"?`);
  });

  test('an unknown key like none other gets no hint', () => {
    const error = errorOf(() => controlOf(start, true).check('seed', 1, 'me', 0));
    expect(error.message).toBe('"seed" is no live setting. Live settings are ratio, paused, schedule and classWeights');
  });

  test('thresholds of a gate are live where the stream has one, from 0 to 0.5', () => {
    const control = controlOf({ ...start, 'gate.jitter': 0.02 }, true);
    control.accept(control.check('gate.jitter', 0, 'me', 0));
    expect(control.state$.value.settings).toEqual({ ...start, 'gate.jitter': 0 });
    for (const value of [-0.1, 0.6, '0.1', true, Number.NaN])
      expect(errorOf(() => control.check('gate.jitter', value, 'me', 0))).toMatchObject({
        code: 'CONFIG_INVALID',
        details: { field: 'gate.jitter', got: value },
        message: expect.stringContaining('from 0 (off) to 0.5'),
      });
    expect(errorOf(() => control.check('colour', 1, 'me', 0)).message).toContain(
      'are ratio, paused, schedule, classWeights and gate.jitter',
    );
    expect(errorOf(() => controlOf({ ...start, 'gate.jitter': 2 }, true)).details).toEqual({
      field: 'gate.jitter',
      got: 2,
    });
  });

  test('a threshold is refused, with the way to get a gate, where the stream has none', () => {
    const error = errorOf(() => controlOf(start, true).check('gate.bones', 0.1, 'me', 0));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', details: { field: 'gate.bones' } });
    expect(error.message).toContain('this stream has no quality gate; train one into its model with "skelmix train gate"');
  });

  test('a change for an older revision is a conflict, one for the current is not', () => {
    const control = controlOf(start, true);
    control.accept(control.check('ratio', 0.4, 'me', 0, 0));
    expect(errorOf(() => control.check('ratio', 0.5, 'me', 0, 0))).toMatchObject({
      code: 'CONFIG_CONFLICT',
      details: { rev: 1 },
    });
    expect(control.check('ratio', 0.5, 'me', 0, 1).rev).toBe(2);
  });

  test('without a generator only ratio 0 is possible, at the start and later', () => {
    expect(errorOf(() => controlOf(start, false)).message).toContain('start it with a model');
    const control = controlOf({ ratio: 0, paused: false }, false);
    expect(errorOf(() => control.check('ratio', 0.1, 'me', 0)).code).toBe('CONFIG_INVALID');
    expect(control.check('ratio', 0, 'me', 0).value).toBe(0);
  });

  test('all listeners hear changes in order, even where one of them makes a change', () => {
    const control = controlOf(start, true);
    const heard: [string, number][] = [];
    control.onChange(({ rev }) => {
      heard.push(['first', rev]);
      if (rev === 1) control.accept(control.check('paused', true, 'first', 0));
    });
    control.onChange(({ rev }) => heard.push(['second', rev]));
    control.accept(control.check('ratio', 0.4, 'me', 0));
    expect(heard).toEqual([
      ['first', 1],
      ['second', 1],
      ['first', 2],
      ['second', 2],
    ]);
  });

  test('a listener that has left, or a closed control, hears nothing', () => {
    const control = controlOf(start, true);
    const heard: Change[] = [];
    const leave = control.onChange((change) => heard.push(change));
    leave();
    control.onChange((change) => heard.push(change));
    control.close();
    control.accept(control.check('ratio', 0.4, 'me', 0));
    expect(heard).toEqual([]);
  });
});
