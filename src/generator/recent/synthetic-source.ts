import type { Clip } from '../../core/clip.js';
import { InternalError, ModelError } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import type { Origin, Prepared, Sample, SampleKey } from '../../core/sample.js';
import type { Stats, SyntheticSource } from '../../core/source.js';
import type { ClipGenerator } from '../clip-generator.js';
import type { GeneratedClip } from '../gate/clip-quality.js';
import type { Gate } from '../gate/gate.js';
import { chooseLabels } from './choose-labels.js';
import { createClassWaiters } from './class-waiters.js';
import { createFiller } from './filler.js';
import { createRateWindow } from './rate-window.js';
import { createRecent } from './recent.js';

/** The generator behind a synthetic source, its profile, and the bounds of its cache. */
export interface SyntheticSourceOptions {
  /** Makes the clips; stays open when the source closes. */
  readonly generator: ClipGenerator;
  /** First step of the stream's profile; called once for each clip, when it is made. Must not keep or change the clip. */
  readonly prepare: (clip: Clip) => Prepared;
  /** Second step; called at each hand-out, with how often the clip was handed out before as the key's round. */
  readonly finish: (prepared: Prepared, key: SampleKey, origin: Origin) => Sample;
  /** Seed of what `finish` draws; default 0. */
  readonly seed?: number;
  /** Share of each class among the samples that will be taken. */
  readonly classShares: readonly number[];
  /** How often a sample may be handed out again; default 8, 0 never. */
  readonly maxReuse?: number;
  /** Memory for prepared clips, in bytes of their arrays; default 128 MB. */
  readonly maxBytes?: number;
  /** Samples that are kept ready and that nobody had yet; default 64. The generator rests when they are there. */
  readonly freshTarget?: number;
  /** Index of the first clip; default 0. */
  readonly firstIndex?: number;
  /** Which clips become samples; a rejected clip's index is skipped, and the next one tried. Default: all. */
  readonly gate?: Gate;
  /** Told of each clip that becomes a sample; must not keep or change it. */
  readonly onClip?: (clip: GeneratedClip) => void;
  /** Failures in a row after which those who wait are told; default 5. */
  readonly maxFailures?: number;
  /** First pause after a failure, default 100 ms; doubles up to 5 s. */
  readonly backoffMs?: number;
  readonly logger?: Logger;
}

/** Synthetic samples by class, kept ready by a generator that works only as far as they are used. */
export interface GeneratedSource extends SyntheticSource {
  /** Begins to fill before anybody asks. Taking or waiting does the same. */
  start(): void;
  /**
   * generator.clips (made so far, rejected ones too), .clipsPerSecond (last 10 s), .fresh (ready, nobody had them), .failures, .busy; recent.bytes,
   * .items, .hits (replays handed out), .evicted (dropped before their last use), .maxReuse; those of the gate.
   */
  stats(): Stats;
  /** Stops the filling and rejects those who wait with CLOSED; idempotent. */
  close(): Promise<void>;
}

/**
 * Keeps recent clips of a generator ready for a stream. They are kept prepared, and each hand-out draws a sample of its own, a
 * replay with origin `replayed`; a profile that draws nothing gives the same array again. `waitFor` rejects with the generator's error once that failed `maxFailures` times in a row
 * (it goes on trying, at longer and longer pauses), and with ModelError CLOSED after `close`.
 */
export function createSyntheticSource(options: SyntheticSourceOptions): GeneratedSource {
  const { generator, prepare, finish, seed = 0 } = options;
  let { classShares } = options;
  const { maxReuse = 8, maxBytes = 128_000_000, freshTarget = 64 } = options;
  const recent = createRecent<Prepared>({ maxBytes, maxReuse, sizeOf: ({ x }) => x.byteLength });
  const waiters = createClassWaiters();
  const rate = createRateWindow(10_000);
  let closed = false;

  const filler = createFiller({
    generator,
    firstIndex: options.firstIndex ?? 0,
    maxFailures: options.maxFailures ?? 5,
    backoffMs: options.backoffMs ?? 100,
    maxBackoffMs: 5000,
    logger: options.logger ?? silentLogger,
    nextLabels: () =>
      chooseLabels({
        groupSize: generator.groupSize,
        freshTarget,
        room: recent.room,
        shares: classShares,
        fresh: recent.fresh,
        waiting: waiters.count,
      }),
    accept(clip) {
      if (options.gate && !options.gate.admit(clip)) return;
      options.onClip?.(clip);
      const prepared = prepare(clip);
      // A view would keep the memory of a whole group alive as long as one of its clips.
      const { x } = prepared;
      const owned = x.byteLength < x.buffer.byteLength ? { ...prepared, x: x.slice() } : prepared;
      recent.add(owned);
      rate.add(1);
      waiters.wake(prepared.label);
    },
    onBroken: waiters.rejectAll,
  });

  const closedError = (): ModelError => new ModelError('CLOSED', 'the synthetic source is closed: no more samples come from it');

  return {
    start: filler.wake,
    takeFresh(label) {
      const taken = recent.takeFresh(label);
      filler.wake();
      return taken && finish(taken.item, { seed, round: 0 }, 'synthetic');
    },
    expect(shares) {
      classShares = shares;
    },
    takeReplay(label) {
      const taken = recent.takeReplay(label);
      return taken && finish(taken.item, { seed, round: taken.uses - 1 }, 'replayed');
    },
    waitFor(label, signal) {
      if (closed) return Promise.reject(closedError());
      if (classShares[label] === undefined)
        return Promise.reject(
          new InternalError(`class ${label} was waited for, but there are only ${classShares.length} classes`),
        );
      if (recent.fresh(label) > 0 && !signal.aborted) return Promise.resolve();
      const waiting = waiters.wait(label, signal);
      filler.wake();
      return waiting;
    },
    stats: () => {
      const { clips, failures, busy } = filler.stats;
      const { bytes, items, hits, evicted } = recent.stats;
      return {
        'generator.clips': clips,
        'generator.clipsPerSecond': rate.perSecond(),
        'generator.fresh': recent.fresh(),
        'generator.failures': failures,
        'generator.busy': busy,
        'recent.bytes': bytes,
        'recent.items': items,
        'recent.hits': hits,
        'recent.evicted': evicted,
        'recent.maxReuse': maxReuse,
        ...options.gate?.stats(),
      };
    },
    async close() {
      if (closed) return;
      closed = true;
      waiters.rejectAll(closedError());
      await filler.close();
    },
  };
}
