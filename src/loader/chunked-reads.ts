import { unpackError } from '../core/error-transfer.js';
import { DataError } from '../core/errors.js';
import type { Prepared } from '../core/sample.js';
import type { ClipReader } from './clip-reader.js';
import type { DatasetItem } from './dataset.js';

/** Reads of single clips, gathered into chunks for a reader. */
export interface ChunkedReads {
  /** Clips that were asked for and aren't there yet. */
  readonly pending: number;
  /** The clip, prepared; one read serves all who ask for it while it is under way. Rejects with the clip's error. */
  read(index: number): Promise<Prepared>;
  close(): Promise<void>;
}

const MAX_CHUNK = 16;

/**
 * Gathers what is asked for within one turn of the event loop and reads it in chunks of at most 16 clips, small enough that
 * all workers take part.
 *
 * @param workers number of threads of the reader
 * @param onFlaw told of every clip that is read and odd (`findFlaw`)
 * @throws DataError CLOSED from `read` after `close`, and for reads that `close` cuts off; DATA_PATH_MISSING where a worker
 * sees other files than this thread
 */
export function createChunkedReads(
  reader: ClipReader,
  items: readonly DatasetItem[],
  workers: number,
  onFlaw: (index: number, flaw: string) => void = () => {},
): ChunkedReads {
  const pending = new Map<number, PromiseWithResolvers>();
  let wanted: number[] = [];
  let closed = false;

  const settle = (index: number, act: (waiter: PromiseWithResolvers) => void): void => {
    const waiter = pending.get(index);
    pending.delete(index);
    if (waiter) act(waiter);
  };

  const readChunk = async (chunk: readonly number[]): Promise<void> => {
    try {
      const results = await reader.read(chunk);
      for (const [i, result] of results.entries()) {
        const index = chunk[i]!;
        if ('error' in result) settle(index, ({ reject }) => reject(unpackError(result.error)));
        else if (result.prepared.id !== items[index]!.id)
          settle(index, ({ reject }) => reject(changed(items[index]!.id, result.prepared.id)));
        else {
          if (result.flaw !== undefined) onFlaw(index, result.flaw);
          settle(index, ({ resolve }) => resolve(result.prepared));
        }
      }
    } catch (error) {
      for (const index of chunk) settle(index, ({ reject }) => reject(error));
    }
  };

  const flush = (): void => {
    const indices = wanted;
    wanted = [];
    if (closed) return;
    const size = Math.min(MAX_CHUNK, Math.ceil(indices.length / Math.max(1, workers)));
    for (let i = 0; i < indices.length; i += size) void readChunk(indices.slice(i, i + size));
  };

  return {
    get pending() {
      return pending.size;
    },
    read(index) {
      if (closed) return Promise.reject(closedError());
      let waiter = pending.get(index);
      if (!waiter) {
        waiter = withResolvers();
        pending.set(index, waiter);
        if (wanted.length === 0) queueMicrotask(flush);
        wanted.push(index);
      }
      return waiter.promise;
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const index of [...pending.keys()]) settle(index, ({ reject }) => reject(closedError()));
      await reader.close();
    },
  };
}

interface PromiseWithResolvers {
  readonly promise: Promise<Prepared>;
  readonly resolve: (prepared: Prepared) => void;
  readonly reject: (error: unknown) => void;
}

/** `Promise.withResolvers` of later Node versions. */
function withResolvers(): PromiseWithResolvers {
  let resolve!: (prepared: Prepared) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Prepared>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Read-ahead leaves failures to whoever needs the clip.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

function closedError(): DataError {
  return new DataError('CLOSED', 'the source of real samples is closed');
}

function changed(expected: string, got: string): DataError {
  return new DataError(
    'DATA_PATH_MISSING',
    `a worker found clip ${got} where ${expected} was: files were added or removed since the data set was opened; start again`,
    { details: { expected, got } },
  );
}
