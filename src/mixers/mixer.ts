import { Observable } from 'rxjs';
import type { Batch } from '../core/batch.js';
import { InternalError, TransportError } from '../core/errors.js';
import { axisSizes } from '../core/sample.js';
import { settingsAfter } from '../core/settings-after.js';
import type { BatchSource, Change, LiveKey, LiveSettings, RealSource, StreamInfo, SyntheticSource } from '../core/source.js';
import { assembleBatch, countOrigins } from './assemble.js';
import { createChangeHistory } from './change-history.js';
import type { ClassChoiceKind } from './class-choice.js';
import { createClassCourse } from './class-course.js';
import { demandPipeline } from './demand-pipeline.js';
import { createDemandQueue } from './demand-queue.js';
import { createFloatPool } from './float-pool.js';
import { createLiveControl } from './live-settings.js';
import { createMixCounters } from './mix-counters.js';
import { createPlanner, type Planner } from './planner.js';
import type { ShortagePolicy } from './shortage-policy.js';
import { stallReason } from './stall-reason.js';
import { createSupply, type Filling } from './supply.js';

/** The two sources of a mixer, what the stream is, and how it begins. */
export interface MixerOptions {
  readonly real: RealSource;
  /** null where nothing is synthesised: then only ratio 0 is possible. */
  readonly synthetic: SyntheticSource | null;
  /** What the stream is; batch size, epoch size, classes and seed are taken from it. */
  readonly info: StreamInfo;
  /** Live settings of the first batch. */
  readonly settings: LiveSettings;
  /** What a synthetic slot gets where no fresh sample is ready; default `replay`. */
  readonly policy?: ShortagePolicy;
  /** Classes of the synthetic slots; default `real`. */
  readonly classChoice?: ClassChoiceKind;
  /**
   * Synthetic samples are read by their element's number (`SyntheticSource.read`), never by what happens to be ready: batch `seq` is
   * a pure function of (sources, settings, log of changes, seq). Needs the policy `wait`. Default false.
   */
  readonly exact?: boolean;
}

/** Arrays of given-back batches that are kept: about what a few consumers have under way. */
const POOLED_BATCHES = 16;

/** A stream of batches mixed on demand. */
export interface Mixer extends BatchSource {
  /** Rejects the open demands with CLOSED; idempotent. The two sources stay open. */
  close(): void;
}

/**
 * Mixes real and synthetic samples at a live ratio, one batch a call of `next`, and nothing without one.
 *
 * The choice is exact (exact-choice.ts); an epoch is `info.epochSize` elements, so its last batch may be shorter; samples of
 * a batch are fetched together, and where all are ready the batch is built within the call. A change of settings applies to the
 * first batch that is not finished, also where that one is waiting. Numbers have no gaps: a batch that failed or whose demand
 * was withdrawn is built for the next demand.
 *
 * @throws ConfigError CONFIG_INVALID where the settings are out of range, or the ratio is above 0 without `synthetic`
 */
export function createMixer(options: MixerOptions): Mixer {
  const { real, synthetic, info, policy = 'replay', classChoice = 'real', exact = false } = options;
  const { N: batchSize } = info.batchShape;
  const { epochSize, classes } = info;
  if (info.epochBatches !== Math.ceil(epochSize / batchSize) || !(info.epochBatches > 0))
    throw new InternalError(`an epoch of ${epochSize} samples in batches of ${batchSize} can't be ${info.epochBatches} batches`);
  if (real.classShares.length !== classes.length)
    throw new InternalError(`the stream has ${classes.length} classes, but its real source has ${real.classShares.length}`);

  if (exact && (policy !== 'wait' || (synthetic && !synthetic.read)))
    throw new InternalError(`an exact stream needs the policy "wait" (got "${policy}") and a source that reads elements`);

  const choice = { kind: classChoice, classShares: real.classShares, size: real.size, seed: info.seed };
  let course = createClassCourse(choice);
  const newPlanner = ({ ratio, schedule, classWeights = null }: LiveSettings): Planner => {
    course = createClassCourse(choice);
    if (classWeights !== null) course.change(0, classWeights);
    return createPlanner({ batchSize, epochSize, ratio, schedule, classes: course });
  };
  let built = 0;
  /** First batch that a change may apply to. */
  let floor = 0;
  // The first settings are checked by the control, which asks for the ratio of the moment.
  let planner = newPlanner({ ratio: options.settings.ratio, paused: false });
  const control = createLiveControl(options.settings, {
    canSynthesise: synthetic !== null,
    numClasses: classes.length,
    targetNow: () => planner.targetAt(Math.max(built, floor)),
  });
  planner = newPlanner(control.state$.value.settings);
  const expectClasses = (): void => synthetic?.expect?.(course.shares);
  if (control.state$.value.settings.classWeights) expectClasses();
  const log = createChangeHistory();
  const supply = createSupply(real, synthetic, policy, exact);
  const guards = new Set<(change: Change) => void>();
  const counters = createMixCounters();
  const demands = createDemandQueue<Batch>();
  const sampleLength = axisSizes(info.batchShape, info.axes).reduce((product, size) => product * size, 1);
  const pool = createFloatPool(batchSize * sampleLength, POOLED_BATCHES);
  let filling: Filling | null = null;
  let closed = false;

  const draft = (): Observable<Batch> =>
    new Observable((subscriber) => {
      const plan = planner.plan(built);
      const startedAt = performance.now();
      const current = supply.fill(plan);
      const finish = (samples: Awaited<Filling['samples']>): void => {
        const mix = countOrigins(samples);
        const batch = assembleBatch(plan, samples, info, log.revAt(plan.seq), counters.achievedWith(mix), mix, pool.take);
        current.commit();
        counters.record(mix, current.substituted);
        built++;
        subscriber.next(batch);
        subscriber.complete();
      };
      filling = current;
      subscriber.add(() => {
        filling = null;
        current.cancel();
      });
      if (!(current.samples instanceof Promise)) return finish(current.samples);
      subscriber.add(() => counters.waited(performance.now() - startedAt, current.generatorWaitMs));
      current.samples
        .then((samples) => {
          if (!subscriber.closed) finish(samples);
        })
        .catch((error: unknown) => subscriber.error(error));
    });

  const pipeline = demandPipeline({
    open$: demands.open$,
    state$: control.state$,
    isPaused: ({ settings }) => settings.paused,
    draft,
  }).subscribe((outcome) => ('batch' in outcome ? demands.resolve(outcome.batch) : demands.reject(outcome.error)));

  const closedError = (): TransportError =>
    new TransportError('CLOSED', 'the mixer is closed: no more batches come from it; open a new stream');

  return {
    info,
    get settings() {
      return control.state$.value.settings;
    },
    get rev() {
      return control.state$.value.rev;
    },
    get nextSeq() {
      return built + demands.open;
    },
    get changeSeq() {
      return Math.max(built, floor);
    },
    classShares: { real: real.classShares, synthetic: createClassCourse(choice).shares },
    next: (signal) => (closed ? Promise.reject(closedError()) : demands.add(signal)),
    recycle: ({ x }) => pool.give(x),
    set(key, value, by, ifRev) {
      if (closed) throw closedError();
      const change = control.check(key, value, by, Math.max(built, floor), ifRev);
      for (const guard of guards) guard(change);
      floor = change.effectiveSeq;
      log.append(change);
      // Before the pipeline hears of it, since it may plan the waiting batch anew at once.
      planner.change(change);
      if (change.key === 'classWeights') expectClasses();
      control.accept(change);
      return change;
    },
    onChange: (listener) => control.onChange(listener),
    guardChanges(guard) {
      guards.add(guard);
      return () => guards.delete(guard);
    },
    restart({ seq, log: changes, settings = options.settings, floor: wanted = seq }) {
      if (closed) throw closedError();
      if (demands.open > 0)
        throw new InternalError(`the stream can't go to batch ${seq} while ${demands.open} batches are being asked for`);
      log.replace(changes);
      planner = newPlanner(settings);
      for (const change of changes) planner.change(change);
      expectClasses();
      built = seq;
      floor = Math.max(seq, wanted, changes.at(-1)?.effectiveSeq ?? 0);
      const moved = changes.reduce(settingsAfter, settings);
      control.restore({ rev: changes.length, settings: moved }, (key: LiveKey) => {
        const first: Change = { rev: changes.length, key, value: moved[key] ?? null, effectiveSeq: seq, by: 'restart' };
        const last = changes.findLast((change) => change.key === key);
        // A schedule that a ratio ended is told as ended.
        return last && JSON.stringify(last.value) === JSON.stringify(first.value) ? last : first;
      });
    },
    stall() {
      const { oldestAt } = demands;
      if (oldestAt === undefined) return null;
      const waiting = filling?.waiting ?? { labels: [], reads: 0 };
      return stallReason(control.state$.value.settings.paused, waiting, performance.now() - oldestAt, classes);
    },
    stats: () => ({
      ...counters.stats(),
      'mix.target': planner.targetAt(built),
      'mix.paused': control.state$.value.settings.paused,
      'mix.rev': control.state$.value.rev,
      'mix.open': demands.open,
      'mix.policy': policy,
      'mix.exact': exact,
    }),
    close() {
      if (closed) return;
      closed = true;
      pipeline.unsubscribe();
      control.close();
      while (demands.open > 0) demands.reject(closedError());
    },
  };
}
