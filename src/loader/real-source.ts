import { LRUCache } from 'lru-cache';
import { DataError } from '../core/errors.js';
import type { Sample } from '../core/sample.js';
import type { RealSource, Stats } from '../core/source.js';
import { type BadClipOptions, createBadClips } from './bad-clips.js';
import { createChunkedReads } from './chunked-reads.js';
import { createInlineReader } from './clip-reader.js';
import type { Dataset } from './dataset.js';
import { type Cycle, createOrder } from './order.js';
import { createPoolReader } from './pool.js';
import type { Profile } from './profile.js';

/** A source of real samples that owns threads and memory. */
export interface LoaderSource extends RealSource {
  /** Counters and gauges, all `loader.*`. */
  stats(): Stats;
  /** Ends the threads and drops the cache. Reads under way reject with CLOSED. */
  close(): Promise<void>;
}

/** How to read. `onError`, `maxBadClips` and `logger` say what becomes of bad clips. */
export interface RealSourceOptions extends BadClipOptions {
  readonly profile: Profile;
  /** Seed of the order. */
  readonly seed: number;
  /** Threads that read and transform; 0 works in this one. Default 1. */
  readonly workers?: number;
  /** Bound on the samples that are kept. Default 256 MB. */
  readonly cacheBytes?: number;
  /** Samples that are read ahead, as far as half the cache holds them. Default 256. */
  readonly readAhead?: number;
}

/** What a cached sample takes beside its values: strings, objects, the cache's own entry. */
const OVERHEAD_BYTES = 512;

/**
 * The real samples of a data set in a shuffled order (`createOrder`), read ahead and kept in memory up to a bound. A read of a
 * kept sample answers at once. Under `onError: 'skip'` a bad clip's place goes to the next good one in the same round, always
 * the same.
 *
 * @throws DataError CLIP_EMPTY (a data set without clips), LAYOUT_MISMATCH (profile of another layout)
 */
export async function createRealSource(dataset: Dataset, options: RealSourceOptions): Promise<LoaderSource> {
  const { profile, seed, workers = 1, cacheBytes = 256e6, readAhead = 256 } = options;
  const { items, layout } = dataset;
  const size = items.length;
  if (size === 0) throw new DataError('CLIP_EMPTY', `${dataset.name} ${dataset.split} has no clips`);
  if (profile.options.layout.name !== layout.name)
    throw new DataError(
      'LAYOUT_MISMATCH',
      `the profile is for the layout "${profile.options.layout.name}", ${dataset.name} has "${layout.name}"`,
    );
  const { C, T, V, M } = profile.shape;
  const sampleBytes = 4 * C * T * V * M + OVERHEAD_BYTES;
  const capacity = Math.min(size, Math.floor(cacheBytes / sampleBytes));
  const ahead = Math.min(readAhead, Math.floor(capacity / 2), size);
  const cache = capacity > 0 ? new LRUCache<number, Sample>({ max: capacity }) : undefined;
  const order = createOrder(size, seed);
  const badClips = createBadClips(size, options);
  const reader =
    workers > 0
      ? createPoolReader({ dataset: dataset.descriptor, profile: profile.options }, workers)
      : createInlineReader(dataset, profile);
  const reads = createChunkedReads(reader, items, workers, (clip, what) => badClips.flaw(clip, items[clip]!.id, what));
  /** Place up to which each cycle was read ahead. */
  const reached: Record<Cycle, number> = { main: 0, substitute: 0 };
  let hits = 0;
  let misses = 0;

  const load = async (clip: number): Promise<Sample> => {
    const sample = await reads.read(clip);
    cache?.set(clip, sample);
    return sample;
  };

  const reachAhead = (cycle: Cycle, k: number): void => {
    // A jump back, or a new begin, starts reading ahead anew.
    if (reached[cycle] > k + 1 + ahead || reached[cycle] <= k) reached[cycle] = k + 1;
    // In steps of half the distance: chunks stay large, and most reads do nothing here.
    if (reached[cycle] > k + ahead / 2) return;
    for (; reached[cycle] <= k + ahead; reached[cycle]++) {
      const clip = order.clipAt(cycle, reached[cycle]);
      if (!cache?.has(clip) && !badClips.has(clip)) void load(clip).catch(() => {});
    }
  };

  const readFrom = async (cycle: Cycle, k: number): Promise<Sample> => {
    const round = k - (k % size);
    for (let tried = 0; tried < size; tried++) {
      const clip = order.clipAt(cycle, round + ((k - round + tried) % size));
      if (badClips.has(clip)) continue;
      try {
        return cache?.get(clip) ?? (await load(clip));
      } catch (error) {
        badClips.report(clip, items[clip]!.id, error);
      }
    }
    throw new DataError('TOO_MANY_BAD_FILES', `all ${size} clips of ${dataset.name} ${dataset.split} are bad`);
  };

  const shares = dataset.classes.map(() => 0);
  for (const { label } of items) shares[label]! += 1 / size;
  return {
    size,
    classShares: shares,
    read(index, cycle) {
      const sample = cache?.get(order.clipAt(cycle, index));
      if (sample) hits++;
      else misses++;
      // The one that is waited for goes first.
      const answer = sample ?? readFrom(cycle, index);
      // Whoever asked may have gone by the time it fails.
      if (answer instanceof Promise) answer.catch(() => {});
      if (ahead > 0) reachAhead(cycle, index);
      return answer;
    },
    stats: () => ({
      'loader.clips': size,
      'loader.badClips': badClips.count,
      'loader.flawedClips': badClips.flawed,
      'loader.hits': hits,
      'loader.misses': misses,
      'loader.pending': reads.pending,
      'loader.cachedSamples': cache?.size ?? 0,
      'loader.cachedBytes': (cache?.size ?? 0) * sampleBytes,
      'loader.workers': workers,
    }),
    async close() {
      await reads.close();
      cache?.clear();
    },
  };
}
