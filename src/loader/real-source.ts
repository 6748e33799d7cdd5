import { LRUCache } from 'lru-cache';
import { DataError } from '../core/errors.js';
import { axisSizes, type Prepared, type Sample, type SampleKey } from '../core/sample.js';
import type { RealSource, Stats } from '../core/source.js';
import { type BadClipOptions, createBadClips } from './bad-clips.js';
import { createChunkedReads } from './chunked-reads.js';
import { createInlineReader } from './clip-reader.js';
import type { Dataset } from './dataset.js';
import { type Cycle, createOrder } from './order.js';
import { createPoolReader } from './pool.js';
import type { Profile } from './profiles/profile.js';

/** A source of real samples that owns threads and memory. */
export interface LoaderSource extends RealSource {
  /**
   * Sample of clip `index` of the data set, drawn for a round; the same as `read` gives for the clip in that round of the main
   * cycle. Answers at once when the clip is cached; rejects with the clip's error where it is bad.
   */
  readItem(index: number, round: number): Sample | Promise<Sample>;
  /**
   * The prepared clip of a class at a place in [0, 1) among the clips of the class, as `Profile.partnerOf` asks for one; undefined where
   * the class has no clip or the clip is bad.
   */
  partner(label: number, place: number): Prepared | undefined | Promise<Prepared | undefined>;
  /**
   * As `partner`, at once: where the clip is not in memory, the next one of the class that is, or undefined; the clip itself is read for
   * later.
   */
  partnerAtHand(label: number, place: number): Prepared | undefined;
  /** Counters and gauges, all `loader.*`. */
  stats(): Stats;
  /** Ends the threads and drops the cache. Reads under way reject with CLOSED. */
  close(): Promise<void>;
}

/** How to read. `onError`, `maxBadClips` and `logger` say what becomes of bad clips. */
export interface RealSourceOptions extends BadClipOptions {
  readonly profile: Profile;
  /** Seed of the order, and of what the profile draws. */
  readonly seed: number;
  /** Threads that read and prepare; 0 works in this one. Default 1. */
  readonly workers?: number;
  /** Bound on the prepared clips that are kept. Default 256 MB. */
  readonly cacheBytes?: number;
  /** Clips that are read ahead, as far as half the cache holds them. Default 256. */
  readonly readAhead?: number;
}

/** What a cached clip takes beside its values: strings, objects, the cache's own entry. */
const OVERHEAD_BYTES = 512;

const bytesOf = ({ x }: Prepared): number => x.byteLength + OVERHEAD_BYTES;

/**
 * The real samples of a data set in a shuffled order (`createOrder`): clips are read ahead, prepared and kept in memory up to a
 * bound; a sample is drawn from its prepared clip at each read, with the key (seed, round). A read of a kept clip answers at once.
 * Under `onError: 'skip'` a bad clip's place goes to the next good one in the same round, always the same.
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
  const maxSize = Math.floor(cacheBytes);
  const cache = maxSize > 0 ? new LRUCache<number, Prepared>({ maxSize, sizeCalculation: bytesOf }) : undefined;
  /** A guess for as long as nothing was read. */
  const sampleBytes = axisSizes(profile.shape, profile.axes).reduce((product, axis) => product * axis, 4) + OVERHEAD_BYTES;
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

  const load = async (clip: number): Promise<Prepared> => {
    const prepared = await reads.read(clip);
    cache?.set(clip, prepared);
    return prepared;
  };

  const ahead = (): number => {
    const mean = cache && cache.size > 0 ? cache.calculatedSize / cache.size : sampleBytes;
    return Math.min(readAhead, Math.floor(Math.floor(maxSize / mean) / 2), size);
  };

  const reachAhead = (cycle: Cycle, k: number): void => {
    const distance = ahead();
    // A jump back, or a new begin, starts reading ahead anew.
    if (reached[cycle] > k + 1 + readAhead || reached[cycle] <= k) reached[cycle] = k + 1;
    // In steps of half the distance: chunks stay large, and most reads do nothing here.
    if (reached[cycle] > k + distance / 2) return;
    for (; reached[cycle] <= k + distance; reached[cycle]++) {
      const clip = order.clipAt(cycle, reached[cycle]);
      if (!cache?.has(clip) && !badClips.has(clip)) void load(clip).catch(() => {});
    }
  };

  const readFrom = async (cycle: Cycle, k: number): Promise<Prepared> => {
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

  /** Clips of each class, for profiles that take something over from another clip of the class. */
  const ofClass = profile.partnerOf ? dataset.classes.map(() => [] as number[]) : undefined;
  for (const [clip, { label }] of items.entries()) ofClass?.[label]?.push(clip);

  const partner = (label: number, place: number): Prepared | undefined | Promise<Prepared | undefined> => {
    const clips = ofClass?.[label] ?? [];
    const clip = clips[Math.floor(place * clips.length)];
    // A partner that is bad is none.
    return clip === undefined ? undefined : (cache?.get(clip) ?? load(clip).catch(() => undefined));
  };

  const finish = (prepared: Prepared, key: SampleKey): Sample | Promise<Sample> => {
    const place = profile.partnerOf?.(prepared, key);
    const other = place === undefined ? undefined : partner(prepared.label, place);
    if (other instanceof Promise) return other.then((clip) => profile.finish(prepared, key, 'real', clip));
    return profile.finish(prepared, key, 'real', other);
  };

  const find = (clip: number): Prepared | undefined => {
    const prepared = cache?.get(clip);
    if (prepared) hits++;
    else misses++;
    return prepared;
  };

  const finishOf = (answer: Prepared | Promise<Prepared>, key: SampleKey): Sample | Promise<Sample> => {
    if (!(answer instanceof Promise)) return finish(answer, key);
    const sample = answer.then((prepared) => finish(prepared, key));
    // Whoever asked may have gone by the time it fails.
    sample.catch(() => {});
    return sample;
  };

  const shares = dataset.classes.map(() => 0);
  for (const { label } of items) shares[label]! += 1 / size;
  return {
    size,
    classShares: shares,
    read(index, cycle) {
      const round = Math.floor(index / size);
      // The one that is waited for goes first.
      const answer = find(order.clipAt(cycle, index)) ?? readFrom(cycle, index);
      const sample = finishOf(answer, { seed, round: cycle === 'main' ? round : `${cycle} ${round}` });
      if (ahead() > 0) reachAhead(cycle, index);
      return sample;
    },
    partner,
    partnerAtHand(label, place) {
      const clips = ofClass?.[label] ?? [];
      const wanted = Math.floor(place * clips.length);
      for (let i = 0; i < clips.length; i++) {
        const kept = cache?.get(clips[(wanted + i) % clips.length]!);
        if (kept) return kept;
        if (i === 0) void partner(label, place);
      }
      return undefined;
    },
    readItem: (index, round) => finishOf(find(index) ?? load(index), { seed, round }),
    stats: () => ({
      'loader.clips': size,
      'loader.badClips': badClips.count,
      'loader.flawedClips': badClips.flawed,
      'loader.hits': hits,
      'loader.misses': misses,
      'loader.pending': reads.pending,
      'loader.cachedSamples': cache?.size ?? 0,
      'loader.cachedBytes': cache?.calculatedSize ?? 0,
      'loader.workers': workers,
    }),
    async close() {
      await reads.close();
      cache?.clear();
    },
  };
}
