import { expect, test } from 'vitest';
import { createRatioLog } from '../../src/mixers/ratio-log.js';

function logOf(...changes: [effectiveSeq: number, value: number][]) {
  const log = createRatioLog(0.1);
  for (const [i, [effectiveSeq, value]] of changes.entries()) log.append({ rev: i + 1, effectiveSeq, value });
  return log;
}

test('a batch has the ratio of the last event that took effect', () => {
  const log = logOf([3, 0.2], [7, 0.4], [7, 0.5], [20, 0]);
  const values = [0, 2, 3, 6, 7, 19, 20, 1000].map((seq) => log.at(seq).value);
  expect(values).toEqual([0.1, 0.1, 0.2, 0.2, 0.5, 0.5, 0, 0]);
});

test('every event stays in the log, also one that never came to bear', () => {
  expect(logOf([7, 0.4], [7, 0.5]).events).toEqual([
    { rev: 0, effectiveSeq: 0, value: 0.1 },
    { rev: 1, effectiveSeq: 7, value: 0.4 },
    { rev: 2, effectiveSeq: 7, value: 0.5 },
  ]);
});

test.each([
  ['an earlier batch', { rev: 2, effectiveSeq: 4, value: 0 }],
  ['a revision that is not new', { rev: 1, effectiveSeq: 9, value: 0 }],
])('the log refuses %s', (_what, event) => {
  expect(() => logOf([5, 0.4]).append(event)).toThrow(/can't go back/);
});
