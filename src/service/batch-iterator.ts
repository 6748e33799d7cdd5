import type { Batch } from '../core/batch.js';
import type { BatchSource } from '../core/source.js';

/** Reason of an abort that ends the loop without an error. */
export const LOOP_ENDED = Symbol('the loop was ended');

export interface BatchIteratorOptions {
  /** Batches that are asked for beyond the one that is waited for. */
  readonly ahead: number;
  /** Aborted when the loop is to end: with `LOOP_ENDED` cleanly, with any other reason it throws that. */
  readonly stop: AbortSignal;
  /** Called when the loop was left or failed. */
  readonly close: () => Promise<void>;
}

/**
 * A loop's view of a source: asks for `ahead` batches in advance, hands them out in order, and closes the source when the loop
 * is left. Calls of `next` may overlap.
 */
export function batchIterator(
  source: BatchSource,
  { ahead, stop, close }: BatchIteratorOptions,
): AsyncIterableIterator<Batch, undefined> {
  const coming: Promise<Batch>[] = [];
  const done = { done: true, value: undefined } as const;
  const isEnded = (): boolean => stop.reason === LOOP_ENDED;

  const ask = (): void => {
    const batch = source.next(stop);
    // Whoever takes it hears of a failure; one that nobody takes is nobody's.
    batch.catch(() => {});
    coming.push(batch);
  };

  return {
    async next() {
      if (stop.aborted) {
        if (isEnded()) return done;
        throw stop.reason;
      }
      while (coming.length <= ahead) ask();
      try {
        return { done: false, value: await coming.shift()! };
      } catch (error) {
        if (stop.aborted && isEnded()) return done;
        await close();
        throw error;
      }
    },
    async return() {
      await close();
      return done;
    },
    async throw(error) {
      await close();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
