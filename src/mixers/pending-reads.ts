import type { Sample } from '../core/sample.js';

/** Reads of one cycle that are under way or done, but in no batch yet. */
export interface PendingReads {
  /** Sample `index`, read once however often it is asked for; a failed read is forgotten, so that asking again reads again. */
  get(index: number): Sample | Promise<Sample>;
  /** Forgets everything below `index`: it is in a batch. */
  release(index: number): void;
}

/**
 * Remembers reads over the drafts of a batch: a draft that is restarted goes on with the reads of the one before. Holds at most
 * what one batch reads.
 */
export function createPendingReads(read: (index: number) => Sample | Promise<Sample>): PendingReads {
  const reads = new Map<number, Sample | Promise<Sample>>();

  const start = (index: number): Sample | Promise<Sample> => {
    const answer = read(index);
    if (!(answer instanceof Promise)) return answer;
    const reading = answer.then(
      (sample) => {
        if (reads.get(index) === reading) reads.set(index, sample);
        return sample;
      },
      (error: unknown) => {
        if (reads.get(index) === reading) reads.delete(index);
        throw error;
      },
    );
    // Whoever asked may have gone by the time it fails.
    reading.catch(() => {});
    return reading;
  };

  return {
    get(index) {
      let entry = reads.get(index);
      if (entry === undefined) {
        entry = start(index);
        // What answers at once needs no memory: it would answer at once again.
        if (entry instanceof Promise) reads.set(index, entry);
      }
      return entry;
    },
    release(index) {
      for (const key of reads.keys()) if (key < index) reads.delete(key);
    },
  };
}
