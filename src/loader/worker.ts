import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import { packError } from '../core/error-transfer.js';
import { type ClipReader, createInlineReader, type ReadResult } from './clip-reader.js';
import { openDataset } from './open-dataset.js';
import type { WorkerSetup } from './pool.js';
import { createProfile } from './profiles/create-profile.js';

const setup: WorkerSetup = workerData;

let opening: Promise<ClipReader> | undefined;

async function open(): Promise<ClipReader> {
  const { spec, split, seed, layout, subset } = setup.dataset;
  // What to do with bad files was decided where the data set was opened first.
  const options = { split, seed, subset, onError: 'skip', maxBadClips: Number.POSITIVE_INFINITY } as const;
  const dataset = await openDataset(spec, { ...options, ...(layout ? { layout } : {}) });
  return createInlineReader(dataset, createProfile(setup.profile));
}

/** Results whose values move to the other thread instead of being copied. */
class Moved {
  readonly #results: ReadResult[];

  constructor(results: ReadResult[]) {
    this.#results = results;
  }

  get [transferableSymbol](): ArrayBuffer[] {
    return this.#results.flatMap((result) => ('prepared' in result ? [result.prepared.x.buffer as ArrayBuffer] : []));
  }

  get [valueSymbol](): ReadResult[] {
    return this.#results;
  }
}

/** Task of the pool: reads and prepares a chunk of clips. */
export default async function readChunk(indices: readonly number[]): Promise<unknown> {
  let reader: ClipReader;
  try {
    opening ??= open();
    reader = await opening;
  } catch (error) {
    // The next chunk tries again: the data may be back.
    opening = undefined;
    return indices.map((): ReadResult => ({ error: packError(error) }));
  }
  return move(new Moved(await reader.read(indices)));
}
