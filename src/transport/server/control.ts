import { messageOf, SkelmixError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import type { Change } from '../../core/source.js';
import { type Changed, preview, type ServerMessage, type SetSetting, type WireCode } from '../protocol/index.js';
import type { Groups } from './groups.js';
import type { Ledger } from './ledger.js';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import type { Writer } from './writer.js';

/** Answers kept for a session, so that a repeated request changes nothing. */
const MAX_REMEMBERED = 256;

const CODES: Readonly<Record<string, WireCode>> = { CONFIG_INVALID: 'out_of_range', CONFIG_CONFLICT: 'state_mismatch' };

/**
 * Live settings: the main stream decides what is accepted, the ledger books it, the other groups follow, all sessions are told. The
 * first batch under a change is each group's own.
 */
export class Control {
  private readonly answers = new WeakMap<Session, Map<string | number, ServerMessage>>();
  private asker: Session | undefined;
  /** Highest revision that is booked. */
  private booked: number;
  private readonly stop: (() => void)[];

  constructor(
    private readonly groups: Groups,
    private readonly ledger: Ledger,
    private readonly sessions: SessionTable,
    private readonly writer: Writer,
    private readonly logger: Logger,
  ) {
    const { source, record } = groups.main;
    this.booked = record.log.rev;
    const unguard = source.guardChanges?.((change) => this.book(change));
    this.stop = [source.onChange((change) => this.announce(change)), ...(unguard ? [unguard] : [])];
  }

  set(session: Session, request: SetSetting): void {
    const remembered = this.answers.get(session) ?? new Map<string | number, ServerMessage>();
    this.answers.set(session, remembered);
    const answer = remembered.get(request.requestId) ?? this.apply(session, request);
    remembered.set(request.requestId, answer);
    if (remembered.size > MAX_REMEMBERED) remembered.delete(remembered.keys().next().value!);
    this.writer.tell(session.route, answer);
  }

  close(): void {
    for (const stop of this.stop) stop();
  }

  private apply(session: Session, { key, value, ifRev, requestId }: SetSetting): ServerMessage {
    this.asker = session;
    try {
      const change = this.groups.main.source.set(key, value, session.name, ifRev);
      return { ...this.asSeenBy(session, change), requestId };
    } catch (error) {
      const own = error instanceof SkelmixError ? error.code : undefined;
      const code = CODES[own ?? ''] ?? 'internal';
      const got = own === 'CONFIG_CONFLICT' ? ifRev : preview(value);
      const field = own === 'CONFIG_CONFLICT' ? 'ifRev' : key;
      const cause = code === 'internal' ? own : undefined;
      return { k: 'ERROR', code, message: messageOf(error), field, got, retry: 'never', ref: requestId, cause };
    } finally {
      this.asker = undefined;
    }
  }

  /** @throws TransportError REFUSED where the journal can't be written; then nothing changes */
  private book(change: Change): void {
    const places = new Map<string, number>();
    for (const { key, source } of this.groups) places.set(key, source.changeSeq ?? source.nextSeq);
    places.set(this.groups.main.key, change.effectiveSeq);
    this.ledger.change(change, places);
    this.booked = change.rev;
  }

  private announce(change: Change): void {
    if (change.rev > this.booked) this.book(change);
    for (const group of this.groups) {
      if (group === this.groups.main || group.source.rev >= change.rev) continue;
      try {
        group.source.set(change.key, change.value, change.by);
      } catch (error) {
        this.logger.warn(
          `group "${group.name}" can't follow a change of ${change.key}: ${messageOf(error)}`,
          coded('GROUP_BEHIND'),
        );
      }
    }
    // The one who asked gets CHANGED with its requestId, as the answer to SET.
    for (const session of this.sessions)
      if (session !== this.asker) this.writer.tell(session.route, this.asSeenBy(session, change));
  }

  /** The change with the first batch under it in the session's group. */
  private asSeenBy({ group = this.groups.main }: Session, { rev }: Change): Changed {
    const { log } = group.record;
    return { k: 'CHANGED', ...log.changes[rev - 1]!, logHash: log.hashAt(rev) };
  }
}
