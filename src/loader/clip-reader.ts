import { type PackedError, packError } from '../core/error-transfer.js';
import type { Prepared } from '../core/sample.js';
import type { Dataset } from './dataset.js';
import { findFlaw } from './find-flaw.js';
import type { Profile } from './profiles/profile.js';

/** A prepared clip, with what is odd about it, or why not. Plain data. */
export type ReadResult = { readonly prepared: Prepared; readonly flaw?: string } | { readonly error: PackedError };

/** Reads and prepares clips, in this thread or in others. */
export interface ClipReader {
  /** One result for each index, in order. Rejects only where the reader itself fails. */
  read(indices: readonly number[]): Promise<ReadResult[]>;
  close(): Promise<void>;
}

/** Reads in this thread: for small sets, and inside the workers. */
export function createInlineReader(dataset: Dataset, profile: Profile): ClipReader {
  const readOne = async (index: number): Promise<ReadResult> => {
    try {
      const clip = await dataset.read(index, profile.bodies);
      const prepared = profile.prepare(clip);
      const flaw = findFlaw(clip, dataset.layout);
      return flaw === undefined ? { prepared } : { prepared, flaw };
    } catch (error) {
      return { error: packError(error) };
    }
  };
  return {
    read: (indices) => Promise.all(indices.map(readOne)),
    async close() {},
  };
}
