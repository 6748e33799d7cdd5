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

const listOf = (ranks: readonly number[]): string => `rank${ranks.length === 1 ? '' : 's'} ${ranks.join(', ')}`;

/**
 * A group of `world` ranks that go step by step: step k is the batches k * world to k * world + world - 1 of the source, one a rank,
 * and is sent when every rank has credit for it, to all at once or to none. An epoch has ceil(epochBatches / world) steps; the
 * stream runs on where that does not divide evenly, so that no batch is left out or repeated. A rank that goes ends the group:
 * the others are told, and all come back together.
 */
export class Lockstep implements Delivery {
  private abort = new AbortController();
  private step: number;
  private building = false;
  private ready: readonly Batch[] | undefined;
  private served = 0;

  constructor(
    private readonly group: DeliveryGroup,
    private readonly world: number,
    private readonly context: DeliveryContext,
  ) {
    this.step = this.place();
  }

  get idle(): boolean {
    return this.group.leases.size === 0;
  }

  restart(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.building = false;
    this.ready = undefined;
    this.served = 0;
    this.step = this.place();
  }

  grant(session: Session, n: number): void {
    if (session.credit === 0) {
      session.waitedMs = 0;
      session.sinceStallMs = 0;
    }
    session.credit += n;
  }

  acknowledge(session: Session, leases: readonly number[]): void {
    endLeases(this.context, this.group, session, leases);
  }

  /** A step can't be given to another rank, so a rank that can't process its batch ends the group. */
  giveBack(session: Session, leases: readonly number[], reason: string): void {
    if (leases.some((lease) => session.leases.has(lease)))
      this.context.onLost(session, `gave a batch back${reason === '' ? '' : `: ${reason}`}`);
  }

  leave(session: Session, reason: string): number {
    const held = this.group.leases.takeBack(session).length;
    const others = [...this.group.members].filter((other) => other !== session);
    const { rank } = session.hello;
    const message =
      `rank ${rank} of ${this.world} is gone (${reason}), and without it no step can be sent: start all ranks again, from the same ` +
      'checkpoint';
    for (const other of others) {
      this.group.members.remove(other);
      this.group.leases.takeBack(other);
      const error = { k: 'ERROR', code: 'internal', message, retry: 'never', ref: 'CREDIT', cause: 'PEER_GONE' } as const;
      this.context.writer.tell(other.route, { ...error, field: 'rank', got: rank });
    }
    this.restart();
    // Last, since a group without members is closed.
    for (const other of others) this.context.onLost(other, `rank ${rank} is gone`);
    return held;
  }

  pump(): void {
    if (this.building || this.abort.signal.aborted || this.missing().length > 0) return;
    // A rank may have fallen silent while its step was built: then the step waits for it.
    if (this.ready) this.send(this.ready);
    if (this.missing().length === 0) void this.buildStep();
  }

  stall(): Stall | null {
    const missing = this.missing();
    if (missing.length === 0) return null;
    const present = new Set([...this.group.members].map(({ hello }) => hello.rank));
    const absent = missing.filter((rank) => !present.has(rank));
    const hint =
      absent.length > 0
        ? `${listOf(absent)} of ${this.world} are not here yet`
        : `${listOf(missing)} of ${this.world} are still at work on the step before`;
    return { code: 'peer_slow', sinceMs: 0, hint };
  }

  stop(): void {
    this.abort.abort();
  }

  /** Brings the source to the first step that not all ranks have processed, and returns its number. */
  private place(): number {
    const { source, record } = this.group;
    const step = Math.floor(record.progress.mark / this.world);
    if (record.progress.mark !== step * this.world || record.progress.ahead.length > 0)
      this.context.ledger.moved(record, step * this.world);
    bringToPlace(source, this.context.ledger, record);
    return step;
  }

  /** Ranks that are not here, or have no credit for the next step. */
  private missing(): number[] {
    const ready = new Set<number>();
    for (const session of this.group.members) if (session.waits) ready.add(session.hello.rank!);
    return Array.from({ length: this.world }, (_, rank) => rank).filter((rank) => !ready.has(rank));
  }

  private async buildStep(): Promise<void> {
    this.building = true;
    const { signal } = this.abort;
    const { source } = this.group;
    try {
      const batches = await Promise.all(Array.from({ length: this.world }, () => source.next(signal)));
      if (signal.aborted) return;
      this.ready = batches;
    } catch (error) {
      if (signal.aborted) return;
      this.refuse(error);
    }
    this.building = false;
    this.pump();
  }

  /** A build failed: all ranks are told, and the next grants try the same step again. */
  private refuse(error: unknown): void {
    const { source, record, members } = this.group;
    this.context.onFailure(error);
    for (const session of members) {
      session.credit = 0;
      this.context.writer.tell(session.route, failureOf(error));
    }
    this.abort.abort();
    this.abort = new AbortController();
    moveSource(source, this.context.ledger, record, this.step * this.world);
  }

  private send(batches: readonly Batch[]): void {
    const { source, members, leases } = this.group;
    this.ready = undefined;
    const steps = Math.ceil(source.info.epochBatches / this.world);
    const epoch = Math.floor(this.step / steps);
    const step = this.step - epoch * steps;
    for (const session of members)
      sendBatch(this.context, leases, session, { ...batches[session.hello.rank!]!, epoch, step }, false);
    for (const session of members) {
      session.waitedMs = 0;
      session.sinceStallMs = 0;
    }
    this.step++;
    this.served++;
    if (step < steps - 1) return;
    const served = this.served;
    this.served = 0;
    for (const { route } of members)
      this.context.writer.tell(route, { k: 'END', epoch, lastStep: step, served, next: epoch + 1 });
  }
}
