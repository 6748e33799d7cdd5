import { expect, test } from 'vitest';
import { stallReason } from '../../src/mixers/stall-reason.js';

const classes = ['wave', 'clap'];

test('a pause is named before anything else', () => {
  expect(stallReason(true, { labels: [1], reads: 3 }, 5, classes)).toMatchObject({ code: 'paused', sinceMs: 5 });
});

test('a short generator is named with the class that is waited for', () => {
  const { code, hint } = stallReason(false, { labels: [1, 0, 1], reads: 3 }, 5, classes);
  expect(code).toBe('generator_slow');
  expect(hint).toContain('class 1 "clap" (2 of them) and of 1 more');
});

test('otherwise it is the real source', () => {
  const { code, hint } = stallReason(false, { labels: [], reads: 3 }, 5, classes);
  expect([code, hint]).toEqual(['source_slow', expect.stringContaining('3 real samples')]);
});
