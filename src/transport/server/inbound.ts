import { messageOf, SkelmixError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import {
  type ClientMessage,
  decodeClientMessage,
  type Hello,
  MAX_INBOUND_BYTES,
  PROTOCOL_NAME,
  PROTOCOL_VERSION,
  protocolError,
  type WireError,
} from '../protocol/index.js';
import type { Session } from './session.js';
import { TokenBucket } from './token-bucket.js';
import type { Writer } from './writer.js';

/** What the messages of clients act on. Each answers with what is wrong, or undefined. */
export interface InboundHandlers {
  find(route: Buffer): Session | undefined;
  /** True while the client's HELLO is being met. */
  isOpening(route: Buffer): boolean;
  heard(session: Session): void;
  /** Opens a session and sends WELCOME, now or later. */
  open(route: Buffer, hello: Hello): WireError | undefined;
  /** The client goes before it has its WELCOME. */
  forget(route: Buffer): void;
  act(session: Session, message: Exclude<ClientMessage, Hello>): WireError | undefined;
}

/** Messages of one session that can't be read before it is ended. */
const MAX_BAD_MESSAGES = 100;

interface Conduct {
  readonly bucket: TokenBucket;
  bad: number;
  told: boolean;
}

const refusal = (code: WireError['code'], message: string, rest: Partial<WireError> = {}): WireError => ({
  k: 'ERROR',
  code,
  message,
  retry: 'never',
  ...rest,
});

/** Reads what arrives at the ROUTER, answers what is wrong with it and hands on what is right. Never throws. */
export class Inbound {
  badMessages = 0;
  private readonly conduct = new WeakMap<Session, Conduct>();

  constructor(
    private readonly writer: Writer,
    private readonly handlers: InboundHandlers,
    private readonly maxMessagesPerSecond: number,
    private readonly logger: Logger,
  ) {}

  /** @param parts `[routing id, header]` as received */
  receive(parts: readonly Buffer[]): void {
    const route = parts[0]!;
    const session = this.handlers.find(route);
    if (session) this.handlers.heard(session);
    if (session && !this.mayPass(session)) return;
    let error: WireError | undefined;
    try {
      error = this.act(route, session, this.decode(parts.slice(1)));
    } catch (problem) {
      error = this.explain(problem, parts[1]?.byteLength ?? 0);
      if (session) this.blame(session);
    }
    if (error) this.writer.tell(route, error);
  }

  /** False for a message that is one too many in its second: it is passed over, and the client told once. */
  private mayPass(session: Session): boolean {
    const conduct = this.conductOf(session);
    if (conduct.bucket.take()) {
      conduct.told = false;
      return true;
    }
    if (!conduct.told)
      this.writer.tell(
        session.route,
        refusal('over_credit', `more than ${this.maxMessagesPerSecond} messages a second: what is beyond is passed over`, {
          retry: 1000,
        }),
      );
    conduct.told = true;
    return false;
  }

  /** Ends a session that keeps on sending what can't be read. */
  private blame(session: Session): void {
    if (++this.conductOf(session).bad < MAX_BAD_MESSAGES) return;
    this.logger.warn(
      `${session.name} sent ${MAX_BAD_MESSAGES} messages that can't be read, and is sent away`,
      coded('CLIENT_SENT_AWAY'),
    );
    this.handlers.act(session, { k: 'BYE', reason: `sent ${MAX_BAD_MESSAGES} messages that can't be read` });
  }

  private conductOf(session: Session): Conduct {
    let conduct = this.conduct.get(session);
    if (!conduct) {
      conduct = { bucket: new TokenBucket(this.maxMessagesPerSecond), bad: 0, told: false };
      this.conduct.set(session, conduct);
    }
    return conduct;
  }

  private decode(frames: readonly Buffer[]): ClientMessage {
    if (frames.length !== 1)
      throw protocolError(`a client sends one frame, the header; got ${frames.length} frames`, {
        got: frames.length,
        expected: '1',
      });
    return decodeClientMessage(frames[0]!);
  }

  private act(route: Buffer, session: Session | undefined, message: ClientMessage): WireError | undefined {
    if (message.k === 'HELLO') {
      const [min, max] = message.v;
      if (min <= PROTOCOL_VERSION && PROTOCOL_VERSION <= max) return this.handlers.open(route, message);
      return refusal(
        'bad_version',
        `this server speaks ${PROTOCOL_NAME} (version ${PROTOCOL_VERSION}), the client versions ${min} to ${max}; install the ` +
          'same skelmix release on both sides',
        { field: 'v', got: message.v, ref: 'HELLO' },
      );
    }
    if (session) return this.handlers.act(session, message);
    if (this.handlers.isOpening(route)) {
      if (message.k === 'BYE') this.handlers.forget(route);
      else if (message.k === 'PING') this.writer.tell(route, { k: 'PONG', t: message.t });
      return undefined;
    }
    if (message.k === 'BYE') return undefined;
    return refusal('unknown_session', `${message.k} came before HELLO, or the server was restarted; say HELLO again`, {
      retry: 'rehello',
      ref: message.k,
    });
  }

  private explain(problem: unknown, bytes: number): WireError {
    const message = messageOf(problem);
    if (!(problem instanceof SkelmixError) || problem.code !== 'PROTOCOL_MESSAGE') {
      this.logger.error(`a client's message could not be handled: ${message}`, coded('MESSAGE_NOT_HANDLED'));
      return refusal('internal', message);
    }
    this.badMessages++;
    this.logger.debug(`bad message: ${message}`);
    const { field, got, verb } = problem.details as { field?: string; got?: unknown; verb?: string };
    return refusal(bytes > MAX_INBOUND_BYTES ? 'too_large' : 'bad_message', message, { field, got, ref: verb });
  }
}
