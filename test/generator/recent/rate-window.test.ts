import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRateWindow } from '../../../src/generator/recent/rate-window.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('the rate is that of the window, and of the time since the first event while that is shorter', () => {
  const rate = createRateWindow(10_000);
  expect(rate.perSecond()).toBe(0);
  for (let second = 0; second < 40; second++) {
    rate.add(5);
    vi.advanceTimersByTime(1000);
    if (second === 3) expect(rate.perSecond()).toBeCloseTo(5);
  }
  expect(rate.perSecond()).toBeCloseTo(5, 0);
});

test('what is older than the window counts no more', () => {
  const rate = createRateWindow(10_000);
  rate.add(100);
  vi.advanceTimersByTime(5000);
  expect(rate.perSecond()).toBeCloseTo(20);
  vi.advanceTimersByTime(5500);
  expect(rate.perSecond()).toBe(0);
});
