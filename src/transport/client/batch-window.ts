import type { Batch } from '../../core/batch.js';

/** Sends a CREDIT: `n` more batches, and the leases that are processed. */
export type Grant = (n: number, ack: readonly number[]) => void;

/** How a window ended: cleanly, or with an error. */
export type Outcome = { readonly error?: unknown };

interface Held {
  readonly lease: number;
  readonly batch: Batch;
}

interface Waiter {
  readonly resolve: (batch: Batch | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The consumer's side of credit: keeps at most `size` batches granted, waiting or at work, and acknowledges a batch when the
 * next one is asked for, because then it was processed. One `take` at a time.
 */
export class BatchWindow {
  private readonly queue: Held[] = [];
  private waiter: Waiter | undefined;
  /** Lease of the batch that the consumer works on. */
  private atWork: number | undefined;
  /** Granted and not yet received. */
  private granted = 0;
  private fault: Outcome | undefined;
  private outcome: Outcome | undefined;

  constructor(
    private size: number,
    private readonly grant: Grant,
  ) {}

  /** True while the consumer waits for a batch. */
  get waiting(): boolean {
    return this.waiter !== undefined;
  }

  /** The next batch; undefined at the stream's end. Tells the server that the one before was processed. */
  take(): Promise<Batch | undefined> {
    const acks = this.atWork === undefined ? [] : [this.atWork];
    const held = this.queue.shift();
    this.atWork = held?.lease;
    const fault = this.fault;
    if (held === undefined) this.fault = undefined;
    if (this.outcome === undefined) this.refill(acks, fault === undefined);
    if (held) return Promise.resolve(held.batch);
    const stop = fault ?? this.outcome;
    if (stop) return 'error' in stop ? Promise.reject(stop.error) : Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject };
    });
  }

  /** Lease of the batch that is at work, which is not ours to acknowledge any more; undefined where there is none. */
  release(): number | undefined {
    const lease = this.atWork;
    this.atWork = undefined;
    return lease;
  }

  /** Lease of the batch that is at work. */
  get working(): number | undefined {
    return this.atWork;
  }

  receive(lease: number, batch: Batch): void {
    if (this.outcome) return;
    this.granted = Math.max(0, this.granted - 1);
    if (this.waiter === undefined) {
      this.queue.push({ lease, batch });
      return;
    }
    this.atWork = lease;
    this.waiter.resolve(batch);
    this.waiter = undefined;
  }

  /**
   * The server opened a new session for us: leases of the old one went back, so what was received and not begun is dropped
   * (it comes again, here or elsewhere), and credit starts anew.
   */
  restart(size: number): void {
    this.size = size;
    this.queue.length = 0;
    this.atWork = undefined;
    this.granted = 0;
    if (this.waiting) this.refill([], true);
  }

  /** The server could not build a batch and our credit lapsed: told at once to a waiting `take`, else behind what was received. */
  lapse(error: unknown): void {
    this.granted = 0;
    if (!this.interrupt(error)) this.fault = { error };
  }

  /** Ends a waiting `take` with an error; false where none waits. */
  interrupt(error: unknown): boolean {
    const waiter = this.waiter;
    this.waiter = undefined;
    waiter?.reject(error);
    return waiter !== undefined;
  }

  /** No more batches will come. What was received is still handed out, unless `drop`. The first outcome counts. */
  end(outcome: Outcome, drop: boolean): void {
    this.outcome ??= outcome;
    if (drop) this.queue.length = 0;
    const waiter = this.waiter;
    this.waiter = undefined;
    if ('error' in this.outcome) waiter?.reject(this.outcome.error);
    else waiter?.resolve(undefined);
  }

  private refill(acks: readonly number[], more: boolean): void {
    const occupied = this.granted + this.queue.length + (this.atWork === undefined ? 0 : 1);
    const n = more ? Math.max(0, this.size - occupied) : 0;
    this.granted += n;
    if (n > 0 || acks.length > 0) this.grant(n, acks);
  }
}
