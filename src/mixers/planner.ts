import { type BatchPlace, batchPlace } from './batch-place.js';
import { createExactChoice } from './exact-choice.js';
import { createRatioLog, type RatioEvent } from './ratio-log.js';

/** What a batch is to hold, before any sample is fetched. */
export interface BatchPlan extends BatchPlace {
  /** Share of synthetic samples asked for. */
  readonly target: number;
  /** For each slot the class of its synthetic sample, or -1 for a real one. */
  readonly labels: Int32Array;
  /** Number of its first real sample in the main cycle; the others follow. */
  readonly firstReal: number;
}

/** Sizes of batches and epochs, the first ratio, and the choice of classes. */
export interface PlannerOptions {
  readonly batchSize: number;
  readonly epochSize: number;
  readonly ratio: number;
  /** Class of the j-th synthetic element. */
  readonly classOf: (j: number) => number;
}

/** Plans any batch, in any order, as a pure function of the log of ratios. */
export interface Planner {
  change(event: RatioEvent): void;
  plan(seq: number): BatchPlan;
}

/** A planner over a log that begins with `ratio`. */
export function createPlanner({ batchSize, epochSize, ratio, classOf }: PlannerOptions): Planner {
  const log = createRatioLog(ratio);
  const choice = createExactChoice(ratio);
  return {
    change(event) {
      log.append(event);
      choice.change(batchPlace(event.effectiveSeq, batchSize, epochSize).from, event.value);
    },
    plan(seq) {
      const place = batchPlace(seq, batchSize, epochSize);
      let { synthetic } = choice.stateAt(place.from);
      const firstReal = place.from - synthetic;
      const labels = Int32Array.from(choice.window(place.from, place.count), (mark) => (mark ? classOf(synthetic++) : -1));
      return { ...place, target: log.at(seq).value, labels, firstReal };
    },
  };
}
