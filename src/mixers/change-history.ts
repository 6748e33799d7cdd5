import { InternalError } from '../core/errors.js';
import type { Change } from '../core/source.js';

/** Every change of a stream, in the order of revisions. */
export interface ChangeHistory {
  append(change: Change): void;
  /**
   * Takes other changes in place of all.
   * @throws InternalError where a revision is left out or a later change takes effect earlier
   */
  replace(changes: readonly Change[]): void;
  /** Revision that batch `seq` is chosen under: that of the last change with effectiveSeq <= seq, or 0. O(log n). */
  revAt(seq: number): number;
}

/** An empty history. */
export function createChangeHistory(): ChangeHistory {
  let entries: Change[] = [];
  const append = (change: Change): void => {
    const last = entries.at(-1);
    if (change.rev !== entries.length + 1 || change.effectiveSeq < (last?.effectiveSeq ?? 0))
      throw new InternalError(`the log of changes can't go from ${JSON.stringify(last)} to ${JSON.stringify(change)}`);
    entries.push(change);
  };
  return {
    append,
    replace(changes) {
      const before = entries;
      entries = [];
      try {
        for (const change of changes) append(change);
      } catch (error) {
        entries = before;
        throw error;
      }
    },
    revAt(seq) {
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (entries[middle]!.effectiveSeq <= seq) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
