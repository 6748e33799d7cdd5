import { Piscina } from 'piscina';
import { InternalError, messageOf } from '../core/errors.js';
import { workerUrl } from '../core/worker-url.js';
import type { ClipReader, ReadResult } from './clip-reader.js';
import type { DatasetDescriptor } from './dataset.js';
import type { ProfileOptions } from './profiles/profile.js';

/** What a worker is started with: it opens the data set itself, so that no clip is copied to it. */
export interface WorkerSetup {
  readonly dataset: DatasetDescriptor;
  readonly profile: ProfileOptions;
}

/**
 * Reads in worker threads. Prepared clips are handed over without a copy.
 *
 * @param workers number of threads, at least 1; they stay until `close`
 */
export function createPoolReader(setup: WorkerSetup, workers: number): ClipReader {
  const pool = new Piscina<readonly number[], ReadResult[]>({
    filename: workerUrl(import.meta.url, './worker.js').href,
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: setup,
    recordTiming: false,
  });
  return {
    async read(indices) {
      try {
        return await pool.run(indices);
      } catch (cause) {
        throw new InternalError(`a worker that reads clips failed: ${messageOf(cause)}`, {
          cause,
          details: { clips: [...indices] },
        });
      }
    },
    async close() {
      // An answer to a task that is cut off may still come, and piscina takes that for an error.
      pool.on('error', () => {});
      await pool.destroy();
    },
  };
}
