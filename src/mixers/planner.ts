import type { RatioSchedule } from '../core/ratio-schedule.js';
import type { Change } from '../core/source.js';
import { type BatchPlace, batchPlace } from './batch-place.js';
import type { ClassCourse } from './class-course.js';
import { chooseSources } from './exact-choice.js';
import { createRatioCourse } from './ratio-course.js';

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
  /** The schedule of batch 0; default: none. */
  readonly schedule?: RatioSchedule | null | undefined;
  readonly classes: Pick<ClassCourse, 'at' | 'change'>;
}

/** Plans any batch, in any order, as a pure function of the log of changes. */
export interface Planner {
  /** Takes a change of the ratio, its schedule or the weights of the classes; others decide nothing here. */
  change(change: Pick<Change, 'key' | 'value' | 'effectiveSeq'>): void;
  /** The ratio that batch `seq` is chosen under. */
  targetAt(seq: number): number;
  plan(seq: number): BatchPlan;
}

/** A planner over a log that begins with `ratio`, or with `schedule` where there is one. */
export function createPlanner({ batchSize, epochSize, ratio, schedule, classes }: PlannerOptions): Planner {
  const course = createRatioCourse({ batchSize, epochSize, ratio: schedule ?? ratio });
  let lastRatio = ratio;
  return {
    change({ key, value, effectiveSeq }) {
      if (key === 'ratio') lastRatio = value as number;
      if (key === 'ratio' || key === 'schedule')
        course.change(effectiveSeq, key === 'ratio' ? lastRatio : ((value as RatioSchedule | null) ?? lastRatio));
      if (key === 'classWeights') classes.change(course.stateAt(effectiveSeq).synthetic, value as readonly number[] | null);
    },
    targetAt: course.targetAt,
    plan(seq) {
      const place = batchPlace(seq, batchSize, epochSize);
      const target = course.targetAt(seq);
      const state = course.stateAt(seq);
      let { synthetic } = state;
      const labels = Int32Array.from(chooseSources(state, target, place.count), (mark) => (mark ? classes.at(synthetic++) : -1));
      return { ...place, target, labels, firstReal: place.from - state.synthetic };
    },
  };
}
