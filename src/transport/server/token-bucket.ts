/** Lets so many events a second pass, and a second's worth at once. */
export class TokenBucket {
  private tokens: number;
  private at: number;

  /** @param now clock in ms, for tests; default `performance.now`, which no change of the system's time moves */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = perSecond;
    this.at = now();
  }

  /** False where the event is one too many. */
  take(): boolean {
    const now = this.now();
    this.tokens = Math.min(this.perSecond, this.tokens + ((now - this.at) * this.perSecond) / 1000);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
