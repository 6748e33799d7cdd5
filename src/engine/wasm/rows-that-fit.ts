/** What a function of independent rows takes. */
export interface RowMemory {
  /** Rows of one run: the first axis of its inputs. */
  readonly rows: number;
  /** Bytes of a run with all rows. */
  readonly peakBytes: number;
  /** Bytes of it that do not depend on the rows (weights). */
  readonly fixedBytes: number;
  readonly maxBytes: number;
}

/** How many rows a run may have to stay within a limit; 0 where not even one fits. Memory is taken as linear in the rows. */
export function rowsThatFit({ rows, peakBytes, fixedBytes, maxBytes }: RowMemory): number {
  if (peakBytes <= maxBytes) return rows;
  const fit = Math.floor((rows * (maxBytes - fixedBytes)) / (peakBytes - fixedBytes));
  return Math.max(0, Math.min(rows, fit));
}
