import type { Stats } from '../../core/source.js';
import type { ClientMessage, Credit, FeedbackMessage, Hello, Seek, StateReply, WireCode, WireError } from '../protocol/index.js';
import type { Control } from './control.js';
import type { FeedbackBook } from './feedback-book.js';
import type { Group } from './group.js';
import type { IndexedService } from './indexed-service.js';
import type { Ledger } from './ledger.js';
import { moveGroup } from './move-group.js';
import type { Session } from './session.js';
import type { Writer } from './writer.js';

/** What the messages of a session act on. */
export interface SessionMessagesOptions {
  readonly writer: Writer;
  readonly control: Control;
  readonly indexed: IndexedService;
  readonly ledger: Ledger;
  readonly feedback: FeedbackBook;
  readonly main: Group;
  readonly maxCredit: number;
  readonly stats: () => Stats;
  readonly end: (session: Session, reason: string) => void;
}

const refusal = (code: WireCode, message: string, ref: string, rest: Partial<WireError> = {}): WireError => ({
  k: 'ERROR',
  code,
  message,
  retry: 'never',
  ref,
  ...rest,
});

const noBatches = ({ hello }: Session, verb: string): WireError =>
  refusal('forbidden', `a session in mode "${hello.mode}" gets no batches`, verb);

/** Acts on the messages of open sessions. */
export class SessionMessages {
  constructor(private readonly options: SessionMessagesOptions) {}

  /** Returns what is wrong with the message. */
  act(session: Session, message: Exclude<ClientMessage, Hello>): WireError | undefined {
    const { writer, control, indexed, stats, end } = this.options;
    const { group } = session;
    switch (message.k) {
      case 'CREDIT':
        return this.credit(session, message);
      case 'ACK':
        if (!group) return noBatches(session, 'ACK');
        group.delivery.acknowledge(session, message.lease);
        return undefined;
      case 'NAK':
        if (!group) return noBatches(session, 'NAK');
        group.delivery.giveBack(session, message.lease, message.reason ?? '');
        return undefined;
      case 'TOUCH':
        if (!group) return noBatches(session, 'TOUCH');
        for (const lease of message.lease) group.leases.touch(session, lease);
        return undefined;
      case 'SEEK':
        return this.seek(session, message);
      case 'STATE':
        writer.tell(session.route, { ...this.stateOf(session), requestId: message.requestId });
        return undefined;
      case 'LIST':
        return session.hello.mode === 'control'
          ? refusal('forbidden', 'a control session reads no samples', 'LIST')
          : indexed.list(session, message);
      case 'GET':
        return session.hello.mode === 'control'
          ? refusal('forbidden', 'a control session reads no samples', 'GET')
          : indexed.get(session, message);
      case 'FEEDBACK':
        return this.feedback(session, message);
      case 'SET':
        if (session.role !== 'control')
          return {
            ...refusal('forbidden', `the key of ${session.name} may read, not control: allow it with the role "control"`, 'SET'),
            ref: message.requestId,
          };
        control.set(session, message);
        return undefined;
      case 'STATS':
        writer.tell(session.route, { k: 'STATS', requestId: message.requestId, stats: stats() });
        return undefined;
      case 'PING':
        writer.tell(session.route, { k: 'PONG', t: message.t });
        return undefined;
      case 'PONG':
        return undefined;
      case 'BYE':
        end(session, message.reason || 'said BYE');
        return undefined;
    }
  }

  private credit(session: Session, { n, ack }: Credit): WireError | undefined {
    const { maxCredit } = this.options;
    const { group } = session;
    if (!group) return noBatches(session, 'CREDIT');
    session.granted = true;
    group.delivery.acknowledge(session, ack);
    const total = session.credit + session.leases.size + n;
    if (total > maxCredit)
      return refusal(
        'over_credit',
        `a grant of ${n} makes ${total} batches granted or unacknowledged, at most ${maxCredit} are allowed; nothing was granted: ` +
          'acknowledge batches first',
        'CREDIT',
        { field: 'n', got: n },
      );
    group.delivery.grant(session, n);
    group.delivery.pump();
    return undefined;
  }

  private seek(session: Session, { epoch, step, logHash, force, requestId }: Seek): WireError | undefined {
    const { writer, ledger } = this.options;
    const { group } = session;
    const ref = requestId ?? 'SEEK';
    if (!group) return { ...noBatches(session, 'SEEK'), ref };
    if (session.granted)
      return {
        ...refusal('state_mismatch', 'SEEK comes before the first CREDIT, or not at all', 'SEEK', { field: 'step' }),
        ref,
      };
    const error = moveGroup(group, { epoch, step, logHash, force }, ledger, 'SEEK', session);
    if (error) return { ...error, ref };
    writer.tell(session.route, { ...this.stateOf(session), requestId });
    return undefined;
  }

  private stateOf({ group = this.options.main }: Session): StateReply {
    const { epoch, step } = group.place;
    return { k: 'STATE', epoch, ackedStep: step, rev: group.record.log.rev, logHash: group.record.log.hash };
  }

  private feedback(session: Session, { kind, values, step }: FeedbackMessage): WireError | undefined {
    const { source } = session.group ?? this.options.main;
    const { length } = source.info.classes;
    if (values.length !== length)
      return refusal('out_of_range', `there are ${length} classes, but ${values.length} values`, 'FEEDBACK', {
        field: 'values',
        got: values.length,
      });
    const feedback = { kind, values, step, by: session.name };
    this.options.feedback.add(feedback);
    source.feedback?.(feedback);
    return undefined;
  }
}
