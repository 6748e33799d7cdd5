import type { Batch } from '../core/batch.js';
import type { BatchSource, StreamProvider } from '../core/source.js';
import { overrideSource } from './override-source.js';

/**
 * A source that shows every batch to a listener before it is handed on. The listener must only read it, at once: the array may
 * be filled again later. `waitMs` is the time that the batch took once it was its turn, so that batches that are asked for
 * together don't count the same time several times.
 */
export function tapBatches(source: BatchSource, listener: (batch: Batch, waitMs: number) => void): BatchSource {
  let lastAt = 0;
  return overrideSource(source, {
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
  });
}

/** A provider whose every stream is tapped so. */
export function tapStreams(streams: StreamProvider, listener: (batch: Batch, waitMs: number) => void): StreamProvider {
  return {
    main: tapBatches(streams.main, listener),
    ...(streams.splits ? { splits: streams.splits } : {}),
    async open(request) {
      const opened = await streams.open(request);
      return { ...opened, source: opened.source && tapBatches(opened.source, listener) };
    },
  };
}
