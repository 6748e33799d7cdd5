import { InternalError } from '../core/errors.js';

/** The ratio from one batch on. */
export interface RatioEvent {
  /** Revision of the live settings that brought it; 0 for the first value. */
  readonly rev: number;
  /** First batch that is chosen under it. */
  readonly effectiveSeq: number;
  /** Share of synthetic samples in [0, 1]. */
  readonly value: number;
}

/** Every ratio that a stream ever had: append-only, and all that is needed to choose its elements again. */
export interface RatioLog {
  readonly events: readonly RatioEvent[];
  /**
   * Adds a later event. It may take effect at the same batch as the one before, which then never comes to bear.
   * @throws InternalError where rev does not grow or effectiveSeq goes back
   */
  append(event: RatioEvent): void;
  /** The event that batch `seq` is chosen under: the last one with effectiveSeq <= seq. O(log n). */
  at(seq: number): RatioEvent;
}

/** A log that begins with one ratio at batch 0. */
export function createRatioLog(initial: number): RatioLog {
  const events: RatioEvent[] = [{ rev: 0, effectiveSeq: 0, value: initial }];
  return {
    events,
    append(event) {
      const last = events[events.length - 1]!;
      if (event.rev <= last.rev || event.effectiveSeq < last.effectiveSeq)
        throw new InternalError(
          `the ratio log can't go back: event ${JSON.stringify(event)} was to follow ${JSON.stringify(last)}`,
        );
      events.push(event);
    },
    at(seq) {
      let low = 0;
      let high = events.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (events[middle]!.effectiveSeq <= seq) low = middle;
        else high = middle - 1;
      }
      return events[low]!;
    },
  };
}
