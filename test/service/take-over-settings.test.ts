import { expect, it } from 'vitest';
import type { BatchSource, LiveSettings } from '../../src/core/source.js';
import { takeOverSettings } from '../../src/service/open-service-journal.js';
import type { Journal } from '../../src/transport/index.js';

const linear = { kind: 'linear', from: 0, to: 0.5, over: 3, unit: 'epochs' } as const;
const base: LiveSettings = { ratio: 0.3, paused: false };

/** What a start with some settings sets, over a journal that began with others and has these changes. */
function setBy(
  stated: LiveSettings,
  first: LiveSettings,
  changes: readonly [key: string, value: unknown, by?: string][] = [],
): unknown[] {
  const made: unknown[] = [];
  const source = { set: (key: string, value: unknown, by: string) => made.push([key, value, by]) } as unknown as BatchSource;
  const listed = changes.map(([key, value, by = 'python'], i) => ({ rev: i + 1, key, value, by, at: {} }));
  const journal = { found: { settings: first, changes: listed, progress: new Map() } } as unknown as Journal;
  takeOverSettings(stated, source, journal);
  return made;
}

it('the same settings as before leave what was changed meanwhile', () => {
  expect(setBy({ ...base, schedule: linear }, { ...base, schedule: linear }, [['ratio', 0.6]])).toEqual([]);
  expect(
    setBy(base, base, [
      ['classWeights', [1, 2]],
      ['schedule', linear],
    ]),
  ).toEqual([]);
  takeOverSettings(base, { set: () => expect.unreachable() } as unknown as BatchSource, undefined);
});

it('other ones count from here on, and the last that a configuration set is what they are compared with', () => {
  expect(setBy({ ...base, ratio: 0.4, classWeights: [1, 2] }, base)).toEqual([
    ['ratio', 0.4, 'configuration'],
    ['classWeights', [1, 2], 'configuration'],
  ]);
  expect(
    setBy({ ...base, ratio: 0.4 }, base, [
      ['ratio', 0.4, 'configuration'],
      ['ratio', 0.1],
    ]),
  ).toEqual([]);
  expect(setBy(base, { ...base, schedule: linear, classWeights: [1, 2] })).toEqual([
    ['schedule', null, 'configuration'],
    ['classWeights', null, 'configuration'],
  ]);
});

it('a schedule that is stated as before begins anew behind a ratio that ends it', () => {
  expect(setBy({ ...base, ratio: 0.4, schedule: linear }, { ...base, schedule: linear })).toEqual([
    ['ratio', 0.4, 'configuration'],
    ['schedule', linear, 'configuration'],
  ]);
});
