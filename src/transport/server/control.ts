import { messageOf, SkelmixError } from '../../core/errors.js';
import type { BatchSource, Change } from '../../core/source.js';
import { ChangeLogDigest, preview, type ServerMessage, type SetSetting, type WireCode } from '../protocol/index.js';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import type { Writer } from './writer.js';

/** Answers kept for a session, so that a repeated request changes nothing. */
const MAX_REMEMBERED = 256;

const CODES: Readonly<Record<string, WireCode>> = { CONFIG_INVALID: 'out_of_range', CONFIG_CONFLICT: 'state_mismatch' };

/** Live settings over the wire: carries SET to the source and every accepted change to all sessions. */
export class Control {
  private readonly log = new ChangeLogDigest();
  private readonly answers = new WeakMap<Session, Map<string | number, ServerMessage>>();
  private asker: Session | undefined;
  private readonly stopListening: () => void;

  constructor(
    private readonly source: BatchSource,
    private readonly sessions: SessionTable,
    private readonly writer: Writer,
  ) {
    this.stopListening = source.onChange((change) => this.announce(change));
  }

  get logHash(): string {
    return this.log.hex;
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
    this.stopListening();
  }

  private apply(session: Session, { key, value, ifRev, requestId }: SetSetting): ServerMessage {
    this.asker = session;
    try {
      const change = this.source.set(key, value, session.name, ifRev);
      return { k: 'CHANGED', ...change, requestId };
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

  private announce(change: Change): void {
    this.log.add(change);
    // The one who asked gets CHANGED with its requestId, as the answer to SET.
    for (const session of this.sessions) if (session !== this.asker) this.writer.tell(session.route, { k: 'CHANGED', ...change });
  }
}
