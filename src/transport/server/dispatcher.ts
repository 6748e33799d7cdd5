import type { Batch } from '../../core/batch.js';
import { messageOf, SkelmixError } from '../../core/errors.js';
import type { BatchSource } from '../../core/source.js';
import { encodeBatch } from '../protocol/index.js';
import type { LeaseTable } from './lease-table.js';
import { RateMeter } from './rate-meter.js';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import type { Writer } from './writer.js';

/** A batch that waits for a session: new, or come back from one that is gone. */
interface Ready {
  readonly batch: Batch;
  readonly redelivered: boolean;
}

/** Builds that may run at once, whatever credit allows: enough to overlap reading with sending. */
const MAX_BUILDING = 4;

/**
 * Turns credit into batches. A batch is built only against a credit; which session gets it is decided when it is ready: the
 * one that has waited longest. Batches that came back go first, in the order of their numbers.
 */
export class Dispatcher {
  batchesSent = 0;
  redelivered = 0;
  readonly batches = new RateMeter();
  readonly samples = new RateMeter();
  private readonly ready: Ready[] = [];
  private building = 0;
  private turns = 0;
  private endedEpoch = -1;
  private readonly abort = new AbortController();

  constructor(
    private readonly source: BatchSource,
    private readonly sessions: SessionTable,
    private readonly leases: LeaseTable,
    private readonly writer: Writer,
    private readonly onFailure: (error: unknown) => void,
    /** Consumers may be in this process and read the batches' own memory (inproc). */
    private readonly shared: boolean,
  ) {}

  /** Sends what is ready and starts builds for the credit that is left. Called whenever credit or batches change. */
  pump(): void {
    while (this.ready.length > 0) {
      const session = this.sessions.longestWaiting();
      if (session === undefined) return;
      this.deliver(session, this.ready.shift()!);
    }
    const wanted = Math.min(MAX_BUILDING, this.sessions.totalCredit());
    while (this.building < wanted && !this.abort.signal.aborted) void this.build();
  }

  /** Adds credit; the session's turn comes after those that wait already. */
  grant(session: Session, n: number): void {
    if (n === 0) return;
    if (session.credit === 0) this.rest(session);
    session.credit += n;
  }

  /**
   * Ends the leases that a session acknowledges. The memory of their batches goes back to the source, unless somebody else may
   * read it: a session that the batch was first sent to, or a consumer in this process (`shared`), who got no copy.
   */
  acknowledge(session: Session, acknowledged: readonly number[]): void {
    for (const number of acknowledged) {
      const lease = this.leases.acknowledge(session, number);
      if (lease && !lease.redelivered && !this.shared) this.source.recycle?.(lease.batch);
    }
  }

  /** Takes a session's unacknowledged batches back, to be sent to others. Returns how many. */
  requeue(session: Session): number {
    const batches = this.leases.takeBack(session);
    this.ready.push(...batches.map((batch) => ({ batch, redelivered: true })));
    this.ready.sort((a, b) => a.batch.seq - b.batch.seq);
    return batches.length;
  }

  /** Stops building; what is under way is aborted. */
  stop(): void {
    this.abort.abort();
    this.ready.length = 0;
  }

  private rest(session: Session): void {
    session.turn = ++this.turns;
    session.waitedMs = 0;
    session.sinceStallMs = 0;
  }

  private async build(): Promise<void> {
    this.building++;
    try {
      this.ready.push({ batch: await this.source.next(this.abort.signal), redelivered: false });
    } catch (error) {
      if (!this.abort.signal.aborted) this.refuse(error);
    } finally {
      this.building--;
    }
    if (!this.abort.signal.aborted) this.pump();
  }

  private deliver(session: Session, { batch, redelivered }: Ready): void {
    session.credit--;
    session.batchesSent++;
    this.rest(session);
    const lease = this.leases.grant(session, batch, redelivered);
    const { inline = false, dtype = '<f4' } = session.hello;
    this.writer.send(session.route, encodeBatch(batch, { lease, redelivered, inline, dtype, sentAtMs: Date.now() }));
    this.batchesSent++;
    this.batches.add(1);
    this.samples.add(batch.shape.N);
    if (redelivered) this.redelivered++;
    if (batch.epoch > this.endedEpoch) session.servedByEpoch.set(batch.epoch, (session.servedByEpoch.get(batch.epoch) ?? 0) + 1);
    if (!redelivered && batch.step === this.source.info.epochBatches - 1) this.endEpoch(batch);
  }

  private endEpoch({ epoch, step }: Batch): void {
    this.endedEpoch = epoch;
    for (const session of this.sessions) {
      if (session.hello.mode !== 'share') continue;
      const served = session.servedByEpoch.get(epoch) ?? 0;
      session.servedByEpoch.delete(epoch);
      this.writer.tell(session.route, { k: 'END', epoch, lastStep: step, served, next: epoch + 1 });
    }
  }

  /** A build failed: everyone who waits is told, and their credit lapses, or a lasting fault would be retried without end. */
  private refuse(error: unknown): void {
    this.onFailure(error);
    const message = messageOf(error);
    const cause = error instanceof SkelmixError ? error.code : undefined;
    for (const session of this.sessions) {
      if (!session.waits) continue;
      session.credit = 0;
      this.writer.tell(session.route, { k: 'ERROR', code: 'internal', message, retry: 'never', ref: 'CREDIT', cause });
    }
  }
}
