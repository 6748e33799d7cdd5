import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HISTORY_FIELDS, type HistoryPoint } from '../../src/panel/history-point.js';
import { sumColumns } from '../../web/src/charts/chart-kinds.js';
import { orderClasses } from '../../web/src/controls/class-order.js';
import { effectText } from '../../web/src/controls/effect-text.js';
import { healthOf } from '../../web/src/controls/health-text.js';
import { throttle } from '../../web/src/controls/throttle.js';
import { shortBytes, shortNumber, shortSpan } from '../../web/src/format.js';
import { createHistoryData, firstFrom } from '../../web/src/stream/history-data.js';

const point = (t: number): HistoryPoint =>
  ({ ...Object.fromEntries(HISTORY_FIELDS.map((field) => [field, t])), t }) as HistoryPoint;
const answer = (times: number[]) => ({
  stepMs: 1000,
  marks: [],
  columns: { ...Object.fromEntries(HISTORY_FIELDS.map((field) => [field, times])), t: times } as never,
});

describe('the history of the page', () => {
  it("takes the server's, keeps what came meanwhile, and leaves out what it has", () => {
    const history = createHistoryData();
    history.add(point(3));
    history.add(point(4));
    history.load(answer([1, 2, 3]));
    history.add(point(4));
    history.add(point(5));
    expect(history.t).toEqual([1, 2, 3, 4, 5]);
    expect(history.column('real')).toEqual([1, 2, 3, 4, 5]);
  });

  it('forgets what is older than 30 minutes', () => {
    const history = createHistoryData();
    for (let k = 0; k < 2000; k++) history.add(point(k * 1000));
    expect(history.t.length).toBeLessThan(1870);
    expect(history.t.at(-1)).toBe(1_999_000);
    expect(history.column('fresh')).toHaveLength(history.t.length);
  });

  it('finds where a window begins', () => {
    expect([0, 1, 2.5, 9].map((t) => firstFrom([1, 2, 3], t))).toEqual([0, 0, 2, 3]);
  });
});

describe('throttling', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs the first at once, then the last of each pause, and loses none', () => {
    const seen: number[] = [];
    const run = throttle((value: number) => seen.push(value), 100);
    for (const value of [1, 2, 3]) run(value);
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(100);
    expect(seen).toEqual([1, 3]);
    run(4);
    run.flush();
    expect(seen).toEqual([1, 3, 4]);
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual([1, 3, 4]);
  });
});

describe('words', () => {
  it('say how the stream is', () => {
    const state = {
      stats: { 'server.consumers': 1, 'server.samplesPerSecond': 1234.4 },
      stall: null,
      settings: { ratio: 0.3, paused: false },
    };
    expect(healthOf(state, true)).toEqual({ level: 'good', text: 'Streaming 1,234 samples/s to 1 consumer' });
    expect(healthOf(state, false).level).toBe('bad');
    expect(healthOf({ ...state, settings: { ...state.settings, paused: true } }, true).text).toContain('Paused');
    expect(healthOf({ ...state, stats: {} }, true).text).toContain('no consumer');
    const stall = { code: 'source_slow', sinceMs: 2100, hint: 'waiting for reads' } as const;
    expect(healthOf({ ...state, stall }, true)).toEqual({ level: 'slow', text: 'Waits for 2 s: waiting for reads' });
    expect(healthOf({ ...state, stats: { 'generator.engine': 'failed' } }, true).level).toBe('bad');
  });

  it('say which batch a change begins with', () => {
    const change = { rev: 1, key: 'ratio', value: 0.4, effectiveSeq: 1200, by: 'python' } as const;
    const at = (built: number) => ({
      lastChanges: { ratio: change },
      stats: { 'mix.batches': built },
      settings: { ratio: 0.4, paused: false },
    });
    expect(effectText(at(1200))).toBe('0.4 from the next, batch 1,200; by python');
    expect(effectText(at(1201))).toBe('0.4 since batch 1,200; by python');
    expect(effectText({ ...at(1), lastChanges: {} })).toBe('');
  });

  it('are short', () => {
    expect([0, 0.123, 12.34, 1234, 12_345, 234_567].map(shortNumber)).toEqual(['0', '0.12', '12.3', '1,234', '12.3k', '235k']);
    expect([0, 999, 1500, 2.5e6].map(shortBytes)).toEqual(['0 B', '999 B', '1.5 kB', '2.5 MB']);
    expect([-5, 12_000, 300_000, 7.2e6].map(shortSpan)).toEqual(['0 s', '12 s', '5 min', '2.0 h']);
  });
});

describe('classes', () => {
  const names = ['wave', 'clap', 'run'];
  const counts = { real: [5, 9, 1], synthetic: [5, 1, 9] };

  it.each([
    ['number', [0, 1, 2]],
    ['name', [1, 2, 0]],
    ['real', [1, 0, 2]],
    ['synthetic', [2, 0, 1]],
    ['share', [2, 0, 1]],
  ] as const)('are ordered by %s', (order, expected) => expect(orderClasses(names, counts, order)).toEqual(expected));
});

describe('stacked columns', () => {
  it('add up, and are missing only where all are', () => {
    expect(
      sumColumns([
        [1, null, null],
        [2, 3, null],
      ]),
    ).toEqual([3, 3, null]);
  });
});
