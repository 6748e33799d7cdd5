import { randomUUID } from 'node:crypto';
import type { Router } from 'zeromq';
import { messageOf } from '../../core/errors.js';
import type { Stats } from '../../core/source.js';
import type { ClientMessage, Credit, Hello, WireError } from '../protocol/index.js';
import { Control } from './control.js';
import { Dispatcher } from './dispatcher.js';
import { Inbound } from './inbound.js';
import { LeaseTable } from './lease-table.js';
import { Liveness } from './liveness.js';
import type { ServerSettings } from './server-options.js';
import { Session, type SessionInfo } from './session.js';
import { type SessionEvent, SessionTable } from './session-table.js';
import { Stalls } from './stalls.js';
import { type Identity, welcomeOf } from './welcome-of.js';
import { Writer } from './writer.js';

/** Bounds of the clock's step, ms: four steps in the shortest limit. */
const tickOf = (...limits: number[]): number => Math.min(500, Math.max(5, Math.floor(Math.min(...limits) / 4)));

/** Wires the parts of a server around one bound socket: messages in, batches out, one clock. */
export class StreamHub {
  /** Resolves when the receive loop has ended (after the socket was closed). */
  readonly stopped: Promise<void>;
  private readonly sessions = new SessionTable();
  private readonly leases = new LeaseTable();
  private readonly writer: Writer;
  private readonly dispatcher: Dispatcher;
  private readonly control: Control;
  private readonly liveness: Liveness;
  private readonly stalls: Stalls;
  private readonly identity: Identity;
  private readonly clock: NodeJS.Timeout;
  private opened = 0;
  private stopping = false;

  constructor(
    private readonly router: Router,
    private readonly settings: ServerSettings,
    host: string,
    endpoints: readonly string[],
  ) {
    const { source, logger, pingMs, stallMs, timeoutMs } = settings;
    this.identity = { bootId: randomUUID(), host, endpoints };
    this.writer = new Writer(router, (route) => this.unreachable(route));
    this.dispatcher = new Dispatcher(
      source,
      this.sessions,
      this.leases,
      this.writer,
      (error) => logger.error(`a batch could not be built: ${messageOf(error)}`),
      endpoints.some((endpoint) => endpoint.startsWith('inproc:')),
    );
    this.control = new Control(source, this.sessions, this.writer);
    this.liveness = new Liveness(this.sessions, this.writer, settings, (session, reason) => this.end(session, reason));
    this.stalls = new Stalls(source, this.sessions, this.writer, stallMs);
    const inbound = new Inbound(
      this.writer,
      {
        find: (route) => this.sessions.get(route),
        heard: (session) => {
          if (this.liveness.heard(session)) this.dispatcher.pump();
        },
        open: (route, hello) => this.open(route, hello),
        credit: (session, message) => this.credit(session, message),
        message: (session, message) => this.message(session, message),
      },
      logger,
    );
    const tickMs = tickOf(pingMs, stallMs, timeoutMs);
    this.clock = setInterval(() => {
      this.liveness.tick(tickMs);
      this.stalls.tick(tickMs);
    }, tickMs);
    router.events.on('disconnect', () => {
      if (!this.stopping) this.liveness.connectionLost();
    });
    this.stopped = this.readAll(inbound);
  }

  sessionInfos(): SessionInfo[] {
    return [...this.sessions].map((session) => session.info());
  }

  onSession(listener: (event: SessionEvent) => void): () => void {
    return this.sessions.onEvent(listener);
  }

  stats(): Stats {
    const sessions = this.sessionInfos();
    const { batchesSent, redelivered, batches, samples } = this.dispatcher;
    return {
      ...this.settings.source.stats(),
      'server.consumers': sessions.filter(({ mode }) => mode === 'share').length,
      'server.batchesSent': batchesSent,
      'server.bytesSent': this.writer.bytesSent,
      'server.credit': sessions.reduce((sum, { credit }) => sum + credit, 0),
      'server.leases': this.leases.size,
      'server.leasesOverdue': this.leases.olderThan(this.settings.leaseMs),
      'server.redelivered': redelivered,
      'server.batchesPerSecond': batches.perSecond(),
      'server.samplesPerSecond': samples.perSecond(),
    };
  }

  /** Says BYE to all and starts nothing more. */
  stop(reason: string): void {
    if (this.stopping) return;
    this.stopping = true;
    clearInterval(this.clock);
    this.liveness.stop();
    this.dispatcher.stop();
    this.control.close();
    for (const session of [...this.sessions]) {
      this.writer.tell(session.route, { k: 'BYE', reason });
      this.sessions.remove(session);
      this.sessions.emit('closed', session, reason);
    }
  }

  private async readAll(inbound: Inbound): Promise<void> {
    while (!this.router.closed) {
      let parts: Buffer[];
      try {
        parts = await this.router.receive();
      } catch (error) {
        // Nothing but the close ends a receive; were there a fault, trying again at once would only spin.
        if (!this.router.closed) this.settings.logger.error(`the server can't receive any more: ${messageOf(error)}`);
        return;
      }
      if (!this.stopping) inbound.receive(parts);
    }
  }

  private open(route: Buffer, hello: Hello): WireError | undefined {
    const before = this.sessions.get(route);
    if (before) this.end(before, 'said HELLO again');
    const { maxSessions, source } = this.settings;
    if (this.sessions.size >= maxSessions)
      return {
        k: 'ERROR',
        code: 'group_full',
        message: `the server has ${maxSessions} sessions already`,
        retry: 1000,
        ref: 'HELLO',
      };
    const session = new Session(`${this.identity.bootId.slice(0, 8)}-${++this.opened}`, route, hello);
    this.sessions.add(session);
    this.writer.tell(route, welcomeOf(session, source, this.settings, this.identity, this.control.logHash));
    this.sessions.emit('opened', session);
    return undefined;
  }

  private credit(session: Session, { n, ack }: Credit): WireError | undefined {
    const { maxCredit } = this.settings;
    if (session.hello.mode !== 'share')
      return {
        k: 'ERROR',
        code: 'forbidden',
        message: `a ${session.hello.mode} session gets no batches`,
        retry: 'never',
        ref: 'CREDIT',
      };
    this.dispatcher.acknowledge(session, ack);
    const total = session.credit + session.leases.size + n;
    if (total > maxCredit)
      return {
        k: 'ERROR',
        code: 'over_credit',
        message:
          `a grant of ${n} makes ${total} batches granted or unacknowledged, at most ${maxCredit} are allowed; nothing was ` +
          'granted: acknowledge batches first',
        field: 'n',
        got: n,
        retry: 'never',
        ref: 'CREDIT',
      };
    this.dispatcher.grant(session, n);
    this.dispatcher.pump();
    return undefined;
  }

  private message(session: Session, message: Exclude<ClientMessage, Hello | Credit>): void {
    switch (message.k) {
      case 'SET':
        this.control.set(session, message);
        break;
      case 'STATS':
        this.writer.tell(session.route, { k: 'STATS', requestId: message.requestId, stats: this.stats() });
        break;
      case 'PING':
        this.writer.tell(session.route, { k: 'PONG', t: message.t });
        break;
      case 'PONG':
        break;
      case 'BYE':
        this.end(session, message.reason || 'said BYE');
        break;
    }
  }

  private unreachable(route: Buffer): void {
    const session = this.sessions.get(route);
    if (session) this.end(session, 'unreachable');
  }

  /** Forgets a session; its batches go to others. */
  private end(session: Session, reason: string): void {
    if (!this.sessions.remove(session)) return;
    const requeued = this.dispatcher.requeue(session);
    this.sessions.emit('closed', session, reason, requeued);
    this.dispatcher.pump();
  }
}
