import type { Stall, Stats } from '../core/source.js';

/** Figures that only grow: those of a stream that has gone still count. */
const COUNTED = [
  ...['mix.batches', 'mix.real', 'mix.fresh', 'mix.replayed', 'mix.substituted', 'mix.waitMs', 'mix.generatorWaitMs'],
  ...['generator.clips', 'generator.failures', 'generator.rejected', 'recent.hits', 'recent.evicted'],
  ...['loader.hits', 'loader.misses', 'loader.badClips', 'loader.flawedClips'],
] as const;
/** Figures of the moment that are as large as those of all streams together. */
const TOGETHER = [
  ...['mix.open', 'generator.clipsPerSecond', 'generator.fresh', 'recent.bytes', 'recent.items'],
  ...['loader.pending', 'loader.cachedSamples', 'loader.cachedBytes'],
] as const;
/** Batches that `mix.achieved` looks back on. */
const WINDOW = 100;

/** Where the figures of a stream come from. */
export interface StreamFigures {
  /** Of the mixer and the synthetic samples. */
  readonly own: () => Stats;
  /** Of the real source; one function for all streams that share it. */
  readonly loader: () => Stats;
  readonly stall: () => Stall | null;
}

/** The figures of all streams on a data set, as if they were one. */
export interface StreamTotals {
  /** Counts a stream in; returns the way to count it as gone. The first stream says what can't be added up (policy, pause ...). */
  add(figures: StreamFigures): () => void;
  stats(): Stats;
  /** The stall of the stream that waits longest. */
  stall(): Stall | null;
}

const at = (stats: Stats, name: string): number => Number(stats[name] ?? 0);
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function addTo(sums: Record<string, number>, stats: Stats, names: readonly string[]): void {
  for (const name of names) if (name in stats) sums[name] = (sums[name] ?? 0) + at(stats, name);
}

/** No stream yet. */
export function createStreamTotals(): StreamTotals {
  const streams = new Set<StreamFigures>();
  const gone: Record<string, number> = {};

  return {
    add(figures) {
      streams.add(figures);
      return () => {
        if (!streams.delete(figures)) return;
        addTo(gone, figures.own(), COUNTED);
        if (![...streams].some(({ loader }) => loader === figures.loader)) addTo(gone, figures.loader(), COUNTED);
      };
    },
    stats() {
      const own = [...streams].map((stream) => stream.own());
      const loaders = [...new Set([...streams].map(({ loader }) => loader))].map((stats) => stats());
      const sums = { ...gone };
      for (const stats of [...own, ...loaders]) addTo(sums, stats, [...COUNTED, ...TOGETHER]);
      // Whoever is consumed says what ratio is asked for.
      const leading = own.reduce(
        (best, stats) => (at(stats, 'mix.batches') > at(best, 'mix.batches') ? stats : best),
        own[0] ?? {},
      );
      const recent = own.map((stats) => Math.min(WINDOW, at(stats, 'mix.batches')));
      const weight = recent.reduce((a, b) => a + b, 0);
      const achieved = own.reduce((sum, stats, k) => sum + recent[k]! * at(stats, 'mix.achieved'), 0);
      const synthetic = (sums['mix.fresh'] ?? 0) + (sums['mix.replayed'] ?? 0);
      return {
        ...Object.assign({}, ...[...loaders, ...own].reverse()),
        ...sums,
        ...('mix.target' in leading ? { 'mix.target': leading['mix.target']! } : {}),
        ...(own.some((stats) => 'generator.busy' in stats)
          ? { 'generator.busy': own.some((stats) => stats['generator.busy'] === true) }
          : {}),
        'mix.achieved': share(achieved, weight),
        'mix.achievedTotal': share(synthetic, (sums['mix.real'] ?? 0) + synthetic),
        'mix.reuseFactor': share(synthetic, sums['mix.fresh'] ?? 0),
      };
    },
    stall() {
      const all = [...streams].flatMap((stream) => stream.stall() ?? []);
      return all.reduce<Stall | null>((worst, stall) => (worst && worst.sinceMs >= stall.sinceMs ? worst : stall), null);
    },
  };
}
