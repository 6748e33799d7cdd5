import type { Batch } from '../../core/batch.js';
import type { Session } from './session.js';

/** A batch that was sent and is not acknowledged. */
export interface Lease {
  readonly lease: number;
  readonly session: Session;
  readonly batch: Batch;
  /** It was sent to another session before, which may still be about to read it. */
  readonly redelivered: boolean;
  /** `performance.now()` of the sending. */
  readonly sentAt: number;
}

/** Batches on their way or at work, numbered from 1 in the order of sending. Holds each batch until it is acknowledged. */
export class LeaseTable {
  private readonly leases = new Map<number, Lease>();
  private last = 0;

  get size(): number {
    return this.leases.size;
  }

  grant(session: Session, batch: Batch, redelivered: boolean): number {
    const lease = ++this.last;
    this.leases.set(lease, { lease, session, batch, redelivered, sentAt: performance.now() });
    session.leases.add(lease);
    return lease;
  }

  /** Ends a lease of this session and returns it; undefined for one that it does not hold (acknowledged twice, or gone back). */
  end(session: Session, lease: number): Lease | undefined {
    if (!session.leases.delete(lease)) return undefined;
    const ended = this.leases.get(lease);
    this.leases.delete(lease);
    return ended;
  }

  /** Ends all leases of a session and returns their batches, oldest first. */
  takeBack(session: Session): Batch[] {
    const batches: Batch[] = [];
    for (const lease of session.leases) {
      batches.push(this.leases.get(lease)!.batch);
      this.leases.delete(lease);
    }
    session.leases.clear();
    return batches;
  }

  /** Renews a lease of this session, as if the batch had just been sent. */
  touch(session: Session, lease: number): void {
    if (!session.leases.has(lease)) return;
    const touched = this.leases.get(lease)!;
    // Behind the others, so that the order is still that of the times.
    this.leases.delete(lease);
    this.leases.set(lease, { ...touched, sentAt: performance.now() });
  }

  /** How many are older than `ageMs`. */
  olderThan(ageMs: number): number {
    const limit = performance.now() - ageMs;
    let count = 0;
    // In order of their times, so the first young one ends the search.
    for (const { sentAt } of this.leases.values()) {
      if (sentAt > limit) break;
      count++;
    }
    return count;
  }
}
