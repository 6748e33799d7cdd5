import type { Batch } from '../../core/batch.js';
import type { Stall } from '../../core/source.js';
import {
  bringToPlace,
  type Delivery,
  type DeliveryContext,
  type DeliveryGroup,
  endLeases,
  failureOf,
  moveSource,
  sendBatch,
} from './delivery.js';
import type { Session } from './session.js';

/** A batch that waits for a session: new, or come back from one that is gone. */
interface Ready {
  readonly batch: Batch;
  readonly redelivered: boolean;
}

/** Builds that may run at once, whatever credit allows: enough to overlap reading with sending. */
const MAX_BUILDING = 4;

/** A batch that was given back so often is dropped. */
const MAX_GIVEN_BACK = 3;

/**
 * Each batch goes to one session of the group. A batch is built only against a credit; which session gets it is decided when it
 * is ready: the one that has waited longest. Batches that came back go first, in the order of their numbers.
 */
export class Dispatcher implements Delivery {
  private readonly ready: Ready[] = [];
  /** How often a batch was given back, by its number. */
  private readonly givenBack = new Map<number, number>();
  private building = 0;
  private turns = 0;
  private endedEpoch = -1;
  private abort = new AbortController();

  constructor(
    private readonly group: DeliveryGroup,
    private readonly context: DeliveryContext,
  ) {
    bringToPlace(group.source, context.ledger, group.record);
  }

  get idle(): boolean {
    return this.group.leases.size === 0;
  }

  restart(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.building = 0;
    this.ready.length = 0;
    this.endedEpoch = -1;
    this.givenBack.clear();
    bringToPlace(this.group.source, this.context.ledger, this.group.record);
  }

  stall(): Stall | null {
    return null;
  }

  pump(): void {
    const { members } = this.group;
    while (this.ready.length > 0) {
      const session = members.longestWaiting();
      if (session === undefined) return;
      this.deliver(session, this.ready.shift()!);
    }
    const wanted = Math.min(MAX_BUILDING, members.totalCredit());
    while (this.building < wanted && !this.abort.signal.aborted && this.passProcessed()) void this.build();
  }

  grant(session: Session, n: number): void {
    if (n === 0) return;
    // Its turn comes after those that wait already.
    if (session.credit === 0) this.rest(session);
    session.credit += n;
  }

  acknowledge(session: Session, leases: readonly number[]): void {
    endLeases(this.context, this.group, session, leases);
  }

  giveBack(session: Session, leases: readonly number[], reason: string): void {
    const { writer, tally, ledger } = this.context;
    for (const number of leases) {
      const lease = this.group.leases.end(session, number);
      if (!lease) continue;
      const { seq } = lease.batch;
      const times = (this.givenBack.get(seq) ?? 0) + 1;
      this.givenBack.set(seq, times);
      if (times < MAX_GIVEN_BACK) {
        this.takeBack([lease.batch]);
        continue;
      }
      this.givenBack.delete(seq);
      tally.poisoned++;
      ledger.processed(this.group.record, seq);
      const message = `batch ${seq} was given back ${times} times and is dropped${reason === '' ? '' : `, the last time because: ${reason}`}`;
      this.context.onFailure(new Error(message));
      writer.tell(session.route, {
        k: 'ERROR',
        code: 'poison',
        message,
        field: 'lease',
        got: number,
        retry: 'never',
        ref: 'NAK',
      });
    }
    this.pump();
  }

  leave(session: Session): number {
    const batches = this.group.leases.takeBack(session);
    this.takeBack(batches);
    return batches.length;
  }

  stop(): void {
    this.abort.abort();
    this.ready.length = 0;
  }

  private takeBack(batches: readonly Batch[]): void {
    this.ready.push(...batches.map((batch) => ({ batch, redelivered: true })));
    this.ready.sort((a, b) => a.batch.seq - b.batch.seq);
  }

  /** Goes past batches that were processed before the stream was moved back; false where a build must end first. */
  private passProcessed(): boolean {
    const { source, record } = this.group;
    const { progress } = record;
    if (!progress.has(source.nextSeq) || source.restart === undefined) return true;
    if (this.building > 0) return false;
    let seq = source.nextSeq;
    while (progress.has(seq)) seq++;
    moveSource(source, this.context.ledger, record, seq);
    return true;
  }

  private rest(session: Session): void {
    session.turn = ++this.turns;
    session.waitedMs = 0;
    session.sinceStallMs = 0;
  }

  private async build(): Promise<void> {
    this.building++;
    const { signal } = this.abort;
    try {
      const batch = await this.group.source.next(signal);
      if (signal.aborted) return;
      this.building--;
      this.ready.push({ batch, redelivered: false });
    } catch (error) {
      if (signal.aborted) return;
      this.building--;
      this.refuse(error);
    }
    this.pump();
  }

  private deliver(session: Session, { batch, redelivered }: Ready): void {
    sendBatch(this.context, this.group.leases, session, batch, redelivered);
    this.rest(session);
    if (batch.epoch > this.endedEpoch) session.servedByEpoch.set(batch.epoch, (session.servedByEpoch.get(batch.epoch) ?? 0) + 1);
    if (!redelivered && batch.step === this.group.source.info.epochBatches - 1) this.endEpoch(batch);
  }

  private endEpoch({ epoch, step }: Batch): void {
    this.endedEpoch = epoch;
    for (const session of this.group.members) {
      const served = session.servedByEpoch.get(epoch) ?? 0;
      session.servedByEpoch.delete(epoch);
      this.context.writer.tell(session.route, { k: 'END', epoch, lastStep: step, served, next: epoch + 1 });
    }
  }

  /** A build failed: everyone who waits is told, and their credit lapses, or a lasting fault would be retried without end. */
  private refuse(error: unknown): void {
    this.context.onFailure(error);
    for (const session of this.group.members) {
      if (!session.waits) continue;
      session.credit = 0;
      this.context.writer.tell(session.route, failureOf(error));
    }
  }
}
