import { messageOf, SkelmixError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import {
  type ClientMessage,
  type Credit,
  decodeClientMessage,
  type Hello,
  MAX_INBOUND_BYTES,
  PROTOCOL_NAME,
  PROTOCOL_VERSION,
  protocolError,
  type WireError,
} from '../protocol/index.js';
import type { Session } from './session.js';
import type { Writer } from './writer.js';

/** What the messages of clients act on. */
export interface InboundHandlers {
  find(route: Buffer): Session | undefined;
  heard(session: Session): void;
  /** Opens a session and sends WELCOME, or says why not. */
  open(route: Buffer, hello: Hello): WireError | undefined;
  credit(session: Session, message: Credit): WireError | undefined;
  message(session: Session, message: Exclude<ClientMessage, Hello | Credit>): void;
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

  constructor(
    private readonly writer: Writer,
    private readonly handlers: InboundHandlers,
    private readonly logger: Logger,
  ) {}

  /** @param parts `[routing id, header]` as received */
  receive(parts: readonly Buffer[]): void {
    const route = parts[0]!;
    const session = this.handlers.find(route);
    if (session) this.handlers.heard(session);
    let error: WireError | undefined;
    try {
      error = this.act(route, session, this.decode(parts.slice(1)));
    } catch (problem) {
      error = this.explain(problem, parts[1]?.byteLength ?? 0);
    }
    if (error) this.writer.tell(route, error);
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
    if (session === undefined) {
      if (message.k === 'BYE') return undefined;
      return refusal('unknown_session', `${message.k} came before HELLO, or the server was restarted; say HELLO again`, {
        retry: 'rehello',
        ref: message.k,
      });
    }
    if (message.k === 'CREDIT') return this.handlers.credit(session, message);
    this.handlers.message(session, message);
    return undefined;
  }

  private explain(problem: unknown, bytes: number): WireError {
    const message = messageOf(problem);
    if (!(problem instanceof SkelmixError) || problem.code !== 'PROTOCOL_MESSAGE') {
      this.logger.error(`a client's message could not be handled: ${message}`);
      return refusal('internal', message);
    }
    this.badMessages++;
    this.logger.debug(`bad message: ${message}`);
    const { field, got, verb } = problem.details as { field?: string; got?: unknown; verb?: string };
    return refusal(bytes > MAX_INBOUND_BYTES ? 'too_large' : 'bad_message', message, { field, got, ref: verb });
  }
}
