/** Events a second over the recent past. */
export interface RateWindow {
  add(count: number): void;
  /** Events of the window divided by its length, or by the time since the first event while that is shorter. 0 before any event. */
  perSecond(): number;
}

const SLOTS = 20;

/** A sliding window of `windowMs`, kept as 20 slots of fixed size. Time is `performance.now()`. */
export function createRateWindow(windowMs: number): RateWindow {
  const slotMs = windowMs / SLOTS;
  const counts = new Float64Array(SLOTS);
  let first: number | undefined;
  let newest = 0;

  const moveOn = (): number => {
    const now = performance.now();
    const slot = Math.floor(now / slotMs);
    for (let s = Math.max(newest + 1, slot - SLOTS + 1); s <= slot; s++) counts[s % SLOTS] = 0;
    newest = Math.max(newest, slot);
    return now;
  };

  return {
    add(count) {
      const now = moveOn();
      first ??= now;
      counts[newest % SLOTS]! += count;
    },
    perSecond() {
      if (first === undefined) return 0;
      const now = moveOn();
      const oldestAt = (newest - SLOTS + 1) * slotMs;
      const spanMs = Math.max(slotMs, now - Math.max(first, oldestAt));
      return (counts.reduce((a, b) => a + b, 0) / spanMs) * 1000;
    },
  };
}
