import { type PackedError, packError } from '../core/error-transfer.js';
import type { Sample } from '../core/sample.js';
import type { Dataset } from './dataset.js';
import { findFlaw } from './find-flaw.js';
import type { Profile } from './profile.js';

/** A clip as a sample, with what is odd about it, or why not. Plain data. */
export type ReadResult = { readonly sample: Sample; readonly flaw?: string } | { readonly error: PackedError };

/** Reads and transforms clips, in this thread or in others. */
export interface ClipReader {
  /** One result for each index, in order. Rejects only where the reader itself fails. */
  read(indices: readonly number[]): Promise<ReadResult[]>;
  close(): Promise<void>;
}

/** Reads in this thread: for small sets, and inside the workers. */
export function createInlineReader(dataset: Dataset, profile: Profile): ClipReader {
  const readOne = async (index: number): Promise<ReadResult> => {
    try {
      const clip = await dataset.read(index);
      const sample = profile.apply(clip, 'real');
      const flaw = findFlaw(clip, dataset.layout);
      return flaw === undefined ? { sample } : { sample, flaw };
    } catch (error) {
      return { error: packError(error) };
    }
  };
  return {
    read: (indices) => Promise.all(indices.map(readOne)),
    async close() {},
  };
}
