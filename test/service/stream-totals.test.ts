import { expect, it } from 'vitest';
import type { Stats } from '../../src/core/source.js';
import { createStreamTotals, type StreamFigures } from '../../src/service/stream-totals.js';

const figures = (own: Stats, loader: () => Stats, sinceMs?: number): StreamFigures => ({
  own: () => own,
  loader,
  stall: () => (sinceMs === undefined ? null : { code: 'source_slow', sinceMs, hint: String(sinceMs) }),
});
const mix = (batches: number, real: number, fresh: number, achieved: number, target = achieved): Stats => ({
  'mix.batches': batches,
  'mix.real': real,
  'mix.fresh': fresh,
  'mix.replayed': 0,
  'mix.open': 1,
  'mix.achieved': achieved,
  'mix.target': target,
  'mix.policy': 'replay',
});

it('one stream is shown as it is', () => {
  const totals = createStreamTotals();
  const own = { ...mix(10, 30, 10, 0.25), 'generator.busy': false, 'mix.achievedTotal': 0.25, 'mix.reuseFactor': 1 };
  totals.add(figures(own, () => ({ 'loader.hits': 3, 'loader.workers': 1 })));
  expect(totals.stats()).toEqual({ ...own, 'loader.hits': 3, 'loader.workers': 1 });
  expect(totals.stall()).toBeNull();
});

it('several are added up; a shared source counts once, and who is consumed says the target', () => {
  const totals = createStreamTotals();
  const shared = () => ({ 'loader.hits': 5, 'loader.workers': 2 });
  totals.add(figures({ ...mix(0, 0, 0, 0, 0.3), 'generator.busy': false }, shared, 10));
  totals.add(figures({ ...mix(300, 900, 300, 0.25), 'generator.busy': true }, shared, 900));
  totals.add(figures(mix(100, 100, 300, 0.75), () => ({ 'loader.hits': 1, 'loader.workers': 2 })));
  expect(totals.stats()).toMatchObject({
    'mix.batches': 400,
    'mix.open': 3,
    'mix.achieved': 0.5,
    'mix.achievedTotal': 0.375,
    'mix.target': 0.25,
    'generator.busy': true,
    'loader.hits': 6,
    'loader.workers': 2,
  });
  expect(totals.stall()).toMatchObject({ sinceMs: 900 });
});

it('what a stream that has gone did still counts, what it had does not', () => {
  const totals = createStreamTotals();
  const shared = () => ({ 'loader.misses': 5, 'loader.cachedBytes': 100 });
  totals.add(figures(mix(1, 4, 0, 0), shared));
  const leave = totals.add(figures(mix(2, 4, 4, 0.5), shared));
  const leaveAlso = totals.add(figures(mix(3, 4, 8, 0.6), () => ({ 'loader.misses': 2, 'loader.cachedBytes': 50 })));
  for (const stop of [leave, leaveAlso, leave]) stop();
  expect(totals.stats()).toMatchObject({
    'mix.batches': 6,
    'mix.fresh': 12,
    'mix.open': 1,
    'mix.achieved': 0,
    'loader.misses': 7,
    'loader.cachedBytes': 100,
  });
});
