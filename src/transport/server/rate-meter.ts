/** Width of a slot and number of slots of the sliding window. */
const SLOT_MS = 500;
const SLOTS = 10;

/** Events a second over the last 5 s, without a timer and in constant memory. */
export class RateMeter {
  private readonly counts = new Float64Array(SLOTS);
  private slot: number;
  private readonly startedAt: number;

  /** @param now clock in ms, for tests; default `performance.now` */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.startedAt = now();
    this.slot = Math.floor(this.startedAt / SLOT_MS);
  }

  add(count: number): void {
    this.advance();
    this.counts[this.slot % SLOTS]! += count;
  }

  perSecond(): number {
    this.advance();
    // The window begins SLOTS - 1 whole slots before the current one, or when the meter was made.
    const spanMs = this.now() - Math.max(this.startedAt, (this.slot - SLOTS + 1) * SLOT_MS);
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    return total === 0 ? 0 : (total * 1000) / Math.max(spanMs, SLOT_MS);
  }

  private advance(): void {
    const current = Math.floor(this.now() / SLOT_MS);
    for (let slot = Math.max(this.slot + 1, current - SLOTS + 1); slot <= current; slot++) this.counts[slot % SLOTS] = 0;
    this.slot = current;
  }
}
