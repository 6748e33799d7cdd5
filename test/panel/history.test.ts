import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistory } from '../../src/panel/history.js';
import { HISTORY_FIELDS, type HistoryPoint, historyPoint, quantileOf } from '../../src/panel/history-point.js';

const point = (t: number, real: number | null = t): HistoryPoint =>
  ({ ...Object.fromEntries(HISTORY_FIELDS.map((field) => [field, null])), t, real }) as HistoryPoint;

describe('a history', () => {
  it('keeps the last steps, the oldest first, whatever came before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 70 }), (steps, count) => {
        const history = createHistory(steps);
        for (let t = 1; t <= count; t++) history.add(point(t));
        const kept = Array.from({ length: Math.min(steps, count) }, (_, k) => Math.max(0, count - steps) + k + 1);
        expect(history.columns().t).toEqual(kept);
        expect(history.columns().real).toEqual(kept);
      }),
    );
  });

  it('gives a missing value back as null, and columns of equal length', () => {
    const history = createHistory(4);
    history.add(point(1, null));
    history.add(point(2, 0.123456789));
    const columns = history.columns();
    expect(columns.real).toEqual([null, 0.1235]);
    expect(Object.values(columns).every((column) => column.length === 2)).toBe(true);
  });

  it('gives points and marks from a time on', () => {
    const history = createHistory(10);
    for (let t = 1; t <= 5; t++) history.add(point(t));
    history.mark({ t: 1, kind: 'joined', text: 'a' });
    history.mark({ t: 4, kind: 'setting', text: 'b' });
    expect(history.columns(4).t).toEqual([4, 5]);
    expect(history.marks(2).map(({ text }) => text)).toEqual(['b']);
  });

  it('keeps 500 marks at most', () => {
    const history = createHistory(1);
    for (let t = 0; t < 600; t++) history.mark({ t, kind: 'error', text: '' });
    expect(history.marks()).toHaveLength(500);
    expect(history.marks()[0]!.t).toBe(100);
  });
});

describe('a point of the history', () => {
  const waits = Float64Array.from([5, 1, 4, 2, 3]);

  it('holds rates between two looks, and quantiles of the waits', () => {
    const before = {
      'mix.real': 100,
      'mix.fresh': 10,
      'mix.replayed': 0,
      'gate.passed': 10,
      'gate.rejected': 0,
      'generator.clips': 10,
    };
    const now = {
      ...{ 'mix.real': 160, 'mix.fresh': 20, 'mix.replayed': 4, 'mix.target': 0.3, 'mix.achieved': 0.29, 'mix.batches': 9 },
      ...{ 'gate.passed': 13, 'gate.rejected': 1, 'generator.clips': 14, 'generator.fresh': 3, 'server.consumers': 2 },
    };
    expect(historyPoint(before, now, 77, 2, waits)).toMatchObject({
      ...{ t: 77, real: 30, fresh: 5, replayed: 2, target: 0.3, achieved: 0.29, clips: 2, ready: 3, consumers: 2 },
      ...{ rejectRate: 0.25, waitP50Ms: 3, waitP95Ms: 5 },
    });
    expect([...waits]).toEqual([5, 1, 4, 2, 3]);
  });

  it('is null where there was nothing to measure', () => {
    const still = historyPoint({}, { 'mix.target': 0 }, 1, 1, new Float64Array(0));
    expect(still).toMatchObject({ achieved: null, waitP50Ms: null, waitP95Ms: null, rejectRate: null, clips: null, ready: null });
  });

  it('takes the nearest rank as quantile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const sorted = Float64Array.from(values).sort();
          const value = quantileOf(sorted, share)!;
          expect(sorted.filter((other) => other <= value).length).toBeGreaterThanOrEqual(share * sorted.length - 1e-9);
        },
      ),
    );
  });
});
