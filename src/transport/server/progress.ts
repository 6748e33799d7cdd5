/**
 * Which batches of a group are processed: all below a mark, and some above it where consumers are not equally fast. What is kept
 * above the mark is bounded by the credit of the group.
 */
export class Progress {
  private readonly above = new Set<number>();
  private lowest: number;
  private top: number;

  constructor(first = 0) {
    this.lowest = first;
    this.top = first - 1;
  }

  /** Lowest batch that is not processed. */
  get mark(): number {
    return this.lowest;
  }

  /** Highest batch that is processed; below the mark where none is. */
  get highest(): number {
    return this.top;
  }

  /** Processed batches above the mark, in no order. */
  get ahead(): readonly number[] {
    return [...this.above];
  }

  has(seq: number): boolean {
    return seq < this.lowest || this.above.has(seq);
  }

  /** Counts a batch as processed; false where it was already. */
  add(seq: number): boolean {
    if (this.has(seq)) return false;
    this.above.add(seq);
    this.top = Math.max(this.top, seq);
    while (this.above.delete(this.lowest)) this.lowest++;
    return true;
  }

  /** Begins anew at a batch. */
  reset(seq: number): void {
    this.above.clear();
    this.lowest = seq;
    this.top = seq - 1;
  }
}
