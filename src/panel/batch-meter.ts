import type { Batch } from '../core/batch.js';

/** Waits that are kept until they are asked for; more in one step are counted, not kept. */
const MAX_WAITS = 1024;

/** Samples handed out by class, since the start. */
export interface ClassCounts {
  /** By class number. */
  readonly real: readonly number[];
  readonly synthetic: readonly number[];
}

/** What the batches of a stream held, and how long each took. */
export interface BatchMeter {
  /**
   * Counts a batch; the batch is only read.
   * @param waitMs how long it took once it was its turn
   */
  record(batch: Pick<Batch, 'y' | 'origin'>, waitMs: number): void;
  readonly classes: ClassCounts;
  /** The waits since the last call, ms, in no order; at most 1024 of them, evenly thinned. */
  takeWaits(): Float64Array;
  /** Calls the listener with each wait, ms; returns the way to stop that. */
  onWait(listener: (waitMs: number) => void): () => void;
}

/** A meter that has seen nothing; class numbers beyond `numClasses` are left out. */
export function createBatchMeter(numClasses: number): BatchMeter {
  const real = new Float64Array(numClasses);
  const synthetic = new Float64Array(numClasses);
  const waits = new Float64Array(MAX_WAITS);
  const listeners = new Set<(waitMs: number) => void>();
  let kept = 0;
  let every = 1;
  let since = 0;

  const keep = (waitMs: number): void => {
    if (since++ % every !== 0) return;
    if (kept === MAX_WAITS) {
      // Every second one goes, so that what is left still covers the whole step.
      for (let k = 0; k < MAX_WAITS / 2; k++) waits[k] = waits[2 * k]!;
      kept = MAX_WAITS / 2;
      every *= 2;
    }
    waits[kept++] = waitMs;
  };

  return {
    record({ y, origin }, waitMs) {
      for (let n = 0; n < y.length; n++) {
        const counts = origin[n] === 0 ? real : synthetic;
        if (y[n]! < numClasses) counts[y[n]!]!++;
      }
      keep(waitMs);
      for (const listener of listeners) listener(waitMs);
    },
    get classes() {
      return { real: [...real], synthetic: [...synthetic] };
    },
    takeWaits() {
      const taken = waits.slice(0, kept);
      kept = 0;
      every = 1;
      since = 0;
      return taken;
    },
    onWait(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
