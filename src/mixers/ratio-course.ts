import { InternalError } from '../core/errors.js';
import { type RatioSchedule, scheduledRatio, scheduleLength, unitBatches } from '../core/ratio-schedule.js';
import { batchPlace } from './batch-place.js';
import { advanceChoice, CHOICE_START, type ChoiceState } from './exact-choice.js';

/** Batches between two states that are kept while a ratio moves. */
const KEPT_EVERY = 256;

/** The ratio of every batch of a stream, and where the choice of sources stands before each. A pure function of the changes. */
export interface RatioCourse {
  /**
   * Sets a ratio, or a schedule that begins there, from a batch on. Credit is carried over, so the bound holds across changes. What
   * was set for the same batch before never comes to bear.
   * @throws InternalError where the batch lies before the last change
   */
  change(effectiveSeq: number, ratio: number | RatioSchedule): void;
  /** The ratio that batch `seq` is chosen under. O(log changes). */
  targetAt(seq: number): number;
  /** The state before the first element of batch `seq`. O(log changes), and within a schedule once a step a batch of it. */
  stateAt(seq: number): ChoiceState;
}

/** How a stream is cut into batches. */
export interface CourseOptions {
  readonly batchSize: number;
  readonly epochSize: number;
  /** Of batch 0. */
  readonly ratio: number | RatioSchedule;
}

/** What holds from one change to the next. */
interface Stretch {
  readonly fromSeq: number;
  readonly targetAt: (seq: number) => number;
  /** First batch from which the ratio stays as it is. */
  readonly restsFrom: number;
  /** States before batches fromSeq, fromSeq + 256 ..., as far as they were needed. */
  readonly states: ChoiceState[];
  /** State before batch `restsFrom`. */
  rest: ChoiceState | undefined;
}

/** A course that begins with `ratio` at batch 0. */
export function createRatioCourse({ batchSize, epochSize, ratio }: CourseOptions): RatioCourse {
  const epochBatches = Math.ceil(epochSize / batchSize);
  const stretchOf = (fromSeq: number, wanted: number | RatioSchedule, state: ChoiceState): Stretch => {
    const own = { fromSeq, states: [state], rest: undefined };
    if (typeof wanted === 'number') return { ...own, targetAt: () => wanted, restsFrom: fromSeq };
    const unit = unitBatches(wanted, epochBatches);
    return {
      ...own,
      targetAt: (seq) => scheduledRatio(wanted, (seq - fromSeq) / unit),
      // One more, for what is lost in the sum of the parts.
      restsFrom: fromSeq + Math.ceil(scheduleLength(wanted) * unit) + 1,
    };
  };
  const stretches: Stretch[] = [stretchOf(0, ratio, CHOICE_START)];
  const find = (seq: number): Stretch => {
    let low = 0;
    let high = stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (stretches[middle]!.fromSeq <= seq) low = middle;
      else high = middle - 1;
    }
    return stretches[low]!;
  };
  const firstOf = (seq: number): number => batchPlace(seq, batchSize, epochSize).from;

  /** The state of a ratio that moves: the sum of its batches, from the nearest state that is kept. */
  const moving = ({ fromSeq, targetAt, states }: Stretch, seq: number): ChoiceState => {
    const kept = Math.min(states.length - 1, Math.floor((seq - fromSeq) / KEPT_EVERY));
    let state = states[kept]!;
    for (let at = fromSeq + kept * KEPT_EVERY; at < seq; ) {
      state = advanceChoice(state, targetAt(at), batchPlace(at, batchSize, epochSize).count);
      at++;
      if ((at - fromSeq) % KEPT_EVERY === 0 && states.length === (at - fromSeq) / KEPT_EVERY) states.push(state);
    }
    return state;
  };
  const stateIn = (stretch: Stretch, seq: number): ChoiceState => {
    const { restsFrom, targetAt } = stretch;
    if (seq <= restsFrom) return moving(stretch, seq);
    stretch.rest ??= moving(stretch, restsFrom);
    return advanceChoice(stretch.rest, targetAt(seq), firstOf(seq) - firstOf(restsFrom));
  };

  return {
    targetAt: (seq) => find(seq).targetAt(seq),
    stateAt: (seq) => stateIn(find(seq), seq),
    change(effectiveSeq, wanted) {
      const last = stretches[stretches.length - 1]!;
      if (effectiveSeq < last.fromSeq)
        throw new InternalError(`a ratio from batch ${effectiveSeq} can't follow one from batch ${last.fromSeq}`);
      const next = stretchOf(effectiveSeq, wanted, stateIn(last, effectiveSeq));
      if (effectiveSeq === last.fromSeq) stretches[stretches.length - 1] = next;
      else stretches.push(next);
    },
  };
}
