import type { Stats } from '../core/source.js';

/**
 * What is kept of each second: samples a second of each origin; the ratio asked for and that of the last 100 batches; median
 * and 95th percentile of the time a batch took, ms; share of the generated clips that the gate rejected; clips generated a
 * second; synthetic clips ready; consumers; batches granted and not built; batches sent and not acknowledged.
 */
export const HISTORY_FIELDS = [
  'real',
  'fresh',
  'replayed',
  'target',
  'achieved',
  'waitP50Ms',
  'waitP95Ms',
  'rejectRate',
  'clips',
  'ready',
  'consumers',
  'credit',
  'leases',
] as const;

export type HistoryField = (typeof HISTORY_FIELDS)[number];

/** One second of a stream; null where there was nothing to measure. */
export type HistoryPoint = Readonly<Record<HistoryField, number | null>> & {
  /** End of the second, ms since the Unix epoch. */
  readonly t: number;
};

/** Value at a share of the sorted values (nearest rank), null where there are none. */
export function quantileOf(sorted: Float64Array, share: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

/**
 * The point between two looks at the statistics. Pure.
 *
 * @param seconds between the looks
 * @param waits what each batch in between took, ms
 */
export function historyPoint(before: Stats, now: Stats, t: number, seconds: number, waits: Float64Array): HistoryPoint {
  const at = (stats: Stats, name: string): number => Number(stats[name] ?? 0);
  const gained = (name: string): number => Math.max(0, at(now, name) - at(before, name));
  const rate = (name: string): number => gained(name) / seconds;
  const has = (name: string): boolean => name in now;
  const sorted = waits.slice().sort();
  const judged = gained('gate.passed') + gained('gate.rejected') + gained('gate.letThrough');
  return {
    t,
    real: rate('mix.real'),
    fresh: rate('mix.fresh'),
    replayed: rate('mix.replayed'),
    target: at(now, 'mix.target'),
    achieved: at(now, 'mix.batches') > 0 ? at(now, 'mix.achieved') : null,
    waitP50Ms: quantileOf(sorted, 0.5),
    waitP95Ms: quantileOf(sorted, 0.95),
    rejectRate: judged > 0 ? gained('gate.rejected') / judged : null,
    clips: has('generator.clips') ? rate('generator.clips') : null,
    ready: has('generator.fresh') ? at(now, 'generator.fresh') : null,
    consumers: at(now, 'server.consumers'),
    credit: at(now, 'server.credit'),
    leases: at(now, 'server.leases'),
  };
}
