import type { Batch } from '../../core/batch.js';
import { messageOf, SkelmixError } from '../../core/errors.js';
import type { BatchSource, Stall } from '../../core/source.js';
import { encodeBatch, type WireError } from '../protocol/index.js';
import type { LeaseTable } from './lease-table.js';
import type { GroupRecord, Ledger } from './ledger.js';
import type { Members } from './members.js';
import type { Session } from './session.js';
import type { Tally } from './tally.js';
import type { Writer } from './writer.js';

/** What the deliveries of all groups work with. */
export interface DeliveryContext {
  readonly writer: Writer;
  readonly ledger: Ledger;
  readonly tally: Tally;
  /** A batch could not be built. */
  readonly onFailure: (error: unknown) => void;
  /** Ends a session that the group can't go on with. */
  readonly onLost: (session: Session, reason: string) => void;
  /** Consumers may be in this process and read the batches' own memory (inproc). */
  readonly shared: boolean;
}

/** What a delivery works on. */
export interface DeliveryGroup {
  readonly source: BatchSource;
  readonly members: Members;
  readonly leases: LeaseTable;
  readonly record: GroupRecord;
}

/** Turns the credit of a group's sessions into batches, and acknowledgements into progress. */
export interface Delivery {
  /** Sends what is ready and starts builds for the credit that is left. Called whenever credit or batches change. */
  pump(): void;
  /** Adds credit. */
  grant(session: Session, n: number): void;
  /** Ends leases of batches that are processed. */
  acknowledge(session: Session, leases: readonly number[]): void;
  /** Takes batches back that a session can't process. */
  giveBack(session: Session, leases: readonly number[], reason: string): void;
  /** A session has gone: its batches go back. Returns how many. */
  leave(session: Session, reason: string): number;
  /** True while no session holds a batch: only then the stream can be moved. */
  readonly idle: boolean;
  /** Drops what was built and begins anew where the record stands. */
  restart(): void;
  /** Why a session waits, where the group itself is the reason. */
  stall(): Stall | null;
  /** Stops building; what is under way is aborted. */
  stop(): void;
}

/** Moves the source to a batch, by default the first one that the record does not know as processed. */
export function moveSource(source: BatchSource, ledger: Ledger, { log, progress }: GroupRecord, seq = progress.mark): void {
  source.restart?.({ seq, settings: ledger.settings, log: log.changes, floor: progress.highest + 1 });
}

/** Brings the source to where the group's record stands, where it is not there already. */
export function bringToPlace(source: BatchSource, ledger: Ledger, record: GroupRecord): void {
  if (source.nextSeq !== record.progress.mark || source.rev !== record.log.rev) moveSource(source, ledger, record);
}

/** Sends a batch as a new lease of the session, and counts it. */
export function sendBatch(
  { writer, tally }: DeliveryContext,
  leases: LeaseTable,
  session: Session,
  batch: Batch,
  redelivered: boolean,
): void {
  session.credit--;
  session.batchesSent++;
  const lease = leases.grant(session, batch, redelivered);
  const { inline = false, dtype = '<f4' } = session.hello;
  writer.send(session.route, encodeBatch(batch, { lease, redelivered, inline, dtype, sentAtMs: Date.now() }));
  tally.sent(batch.shape.N, redelivered);
}

/**
 * Ends leases; the batches count as processed. Their memory goes back to the source, unless somebody else may read it: a session
 * that a batch was first sent to, or a consumer in this process (`shared`), who got no copy.
 */
export function endLeases(
  { ledger, shared }: DeliveryContext,
  { source, leases, record }: DeliveryGroup,
  session: Session,
  numbers: readonly number[],
): void {
  for (const number of numbers) {
    const lease = leases.end(session, number);
    if (!lease) continue;
    ledger.processed(record, lease.batch.seq);
    if (!lease.redelivered && !shared) source.recycle?.(lease.batch);
  }
}

/** What a session is told whose batch could not be built. */
export function failureOf(error: unknown): WireError {
  const cause = error instanceof SkelmixError ? error.code : undefined;
  return { k: 'ERROR', code: 'internal', message: messageOf(error), retry: 'never', ref: 'CREDIT', cause };
}
