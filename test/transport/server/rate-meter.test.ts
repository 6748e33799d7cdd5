import { expect, it } from 'vitest';
import { RateMeter } from '../../../src/transport/server/rate-meter.js';

it('a rate follows the last five seconds, from the first on', () => {
  let now = 1_000_000;
  const meter = new RateMeter(() => now);
  expect(meter.perSecond()).toBe(0);
  for (let i = 0; i < 10; i++, now += 100) meter.add(5);
  expect(meter.perSecond()).toBeCloseTo(50, 6);
  for (let i = 0; i < 200; i++, now += 100) meter.add(2);
  expect(meter.perSecond()).toBeGreaterThan(19);
  expect(meter.perSecond()).toBeLessThan(21);
  now += 60_000;
  expect(meter.perSecond()).toBe(0);
});
