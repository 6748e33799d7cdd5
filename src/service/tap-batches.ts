import type { Batch } from '../core/batch.js';
import type { BatchSource } from '../core/source.js';

/**
 * A source that shows every batch to a listener before it is handed on. The listener must only read it, at once: the array may
 * be filled again later. `waitMs` is the time that the batch took once it was its turn, so that batches that are asked for
 * together don't count the same time several times.
 */
export function tapBatches(source: BatchSource, listener: (batch: Batch, waitMs: number) => void): BatchSource {
  let lastAt = 0;
  const watched: BatchSource = {
    info: source.info,
    get settings() {
      return source.settings;
    },
    get rev() {
      return source.rev;
    },
    get nextSeq() {
      return source.nextSeq;
    },
    next(signal) {
      const askedAt = performance.now();
      const coming = source.next(signal);
      coming.then(
        (batch) => {
          const now = performance.now();
          listener(batch, now - Math.max(askedAt, lastAt));
          lastAt = now;
        },
        () => {},
      );
      return coming;
    },
    recycle: (batch) => source.recycle?.(batch),
    set: (key, value, by, ifRev) => source.set(key, value, by, ifRev),
    onChange: (onChange) => source.onChange(onChange),
    stall: () => source.stall(),
    stats: () => source.stats(),
  };
  return watched;
}
