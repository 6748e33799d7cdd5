import { randomUUID } from 'node:crypto';
import type { Router } from 'zeromq';
import { messageOf } from '../../core/errors.js';
import { coded, codeOfError } from '../../core/log-codes.js';
import type { Stats, StreamInfo } from '../../core/source.js';
import type { AllowList } from '../security/index.js';
import { Control } from './control.js';
import { FeedbackBook } from './feedback-book.js';
import { Groups, hasBatches } from './groups.js';
import { Inbound } from './inbound.js';
import { IndexedService } from './indexed-service.js';
import { OpenItems } from './items.js';
import { Ledger } from './ledger.js';
import { Liveness } from './liveness.js';
import { Reception, roles } from './reception.js';
import type { ServerSettings } from './server-options.js';
import type { Session, SessionInfo } from './session.js';
import { SessionMessages } from './session-messages.js';
import { type SessionEvent, SessionTable } from './session-table.js';
import { Stalls } from './stalls.js';
import { Tally } from './tally.js';
import { type Identity, welcomeOf } from './welcome-of.js';
import { Writer } from './writer.js';

/** Bounds of the clock's step, ms: four steps in the shortest limit. */
const tickOf = (...limits: number[]): number => Math.min(500, Math.max(5, Math.floor(Math.min(...limits) / 4)));

/** Wires the parts of a server around one bound socket: messages in, batches out, one clock. */
export class StreamHub {
  /** Resolves when the receive loop has ended (after the socket was closed). */
  readonly stopped: Promise<void>;
  private readonly sessions = new SessionTable();
  private readonly tally = new Tally();
  private readonly feedback = new FeedbackBook();
  private readonly writer: Writer;
  private readonly groups: Groups;
  private readonly items: OpenItems;
  private readonly indexed: IndexedService;
  private readonly control: Control;
  private readonly liveness: Liveness;
  private readonly reception: Reception;
  private readonly inbound: Inbound;
  private readonly identity: Identity;
  private readonly clock: NodeJS.Timeout;
  private stopping = false;

  constructor(
    private readonly router: Router,
    private readonly settings: ServerSettings,
    host: string,
    endpoints: readonly string[],
    /** Who may connect; undefined where everybody who reaches the socket may, and change settings too. */
    allowList?: AllowList,
  ) {
    const { provider, journal, logger, pingMs, stallMs, timeoutMs, maxCredit } = settings;
    const { sessions, tally, feedback } = this;
    const end = (session: Session, reason: string): void => this.end(session, reason);
    this.identity = { bootId: randomUUID(), host, endpoints };
    this.writer = new Writer(router, (route) => this.unreachable(route));
    const { writer } = this;
    const ledger = new Ledger(journal, provider.main.settings);
    this.groups = new Groups(
      provider,
      {
        writer,
        ledger,
        tally,
        onFailure: (error) => logger.error(`a batch could not be built: ${messageOf(error)}`, coded(codeOfError(error))),
        onLost: end,
        shared: endpoints.some((endpoint) => endpoint.startsWith('inproc:')),
      },
      settings.maxGroups,
    );
    this.items = new OpenItems(provider);
    this.indexed = new IndexedService(writer, { maxRequests: settings.maxRequests, maxBytes: settings.maxSampleBytes }, logger);
    this.control = new Control(this.groups, ledger, sessions, writer, logger);
    this.liveness = new Liveness(sessions, writer, settings, end);
    const { groups, indexed, control, liveness } = this;
    const stalls = new Stalls(sessions, writer, stallMs);
    const messages = new SessionMessages({
      writer,
      control,
      indexed,
      ledger,
      feedback,
      main: groups.main,
      maxCredit,
      stats: () => this.stats(),
      end,
    });
    this.reception = new Reception({
      groups,
      items: this.items,
      ledger,
      sessions,
      bootId: this.identity.bootId,
      maxSessions: settings.maxSessions,
      maxHellosPerSecond: settings.maxHellosPerSecond,
      mainInfo: provider.main.info,
      roleOf: roles(settings.curve, allowList),
      end,
      welcome: (session, info, size) => this.welcome(session, info, size),
      refuse: (route, error) => writer.tell(route, error),
    });
    const { reception } = this;
    this.inbound = new Inbound(
      writer,
      {
        find: (route) => sessions.get(route),
        isOpening: (route) => reception.isOpening(route),
        heard: (session) => {
          if (liveness.heard(session)) session.group?.delivery.pump();
        },
        open: (route, hello) => reception.open(route, hello),
        forget: (route) => reception.forget(route),
        act: (session, message) => messages.act(session, message),
      },
      settings.maxMessagesPerSecond,
      logger,
    );
    const tickMs = tickOf(pingMs, stallMs, timeoutMs);
    this.clock = setInterval(() => {
      liveness.tick(tickMs);
      stalls.tick(tickMs);
    }, tickMs);
    router.events.on('disconnect', () => {
      if (!this.stopping) liveness.connectionLost();
    });
    this.stopped = this.readAll();
  }

  sessionInfos(): SessionInfo[] {
    return [...this.sessions].map((session) => session.info());
  }

  onSession(listener: (event: SessionEvent) => void): () => void {
    return this.sessions.onEvent(listener);
  }

  stats(): Stats {
    const sessions = [...this.sessions];
    const groups = [...this.groups];
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const { batchesSent, redelivered, poisoned, batches, samples } = this.tally;
    return {
      ...this.settings.provider.main.stats(),
      'server.consumers': sessions.filter(({ hello }) => hasBatches(hello)).length,
      'server.groups': groups.length,
      'server.batchesSent': batchesSent,
      'server.bytesSent': this.writer.bytesSent,
      'server.credit': sum(sessions.map(({ credit }) => credit)),
      'server.leases': sum(groups.map(({ leases }) => leases.size)),
      'server.leasesOverdue': sum(groups.map(({ leases }) => leases.olderThan(this.settings.leaseMs))),
      'server.redelivered': redelivered,
      'server.poisoned': poisoned,
      'server.samplesByIndex': this.indexed.samplesSent,
      'server.badMessages': this.inbound.badMessages,
      'server.batchesPerSecond': batches.perSecond(),
      'server.samplesPerSecond': samples.perSecond(),
      ...(this.settings.journal ? { 'journal.lost': this.settings.journal.lost } : {}),
      ...this.feedback.stats(),
    };
  }

  /** Says BYE to all and starts nothing more. */
  stop(reason: string): void {
    if (this.stopping) return;
    this.stopping = true;
    clearInterval(this.clock);
    this.liveness.stop();
    for (const { delivery } of this.groups) delivery.stop();
    this.control.close();
    for (const session of [...this.sessions]) {
      this.writer.tell(session.route, { k: 'BYE', reason });
      this.sessions.remove(session);
      this.indexed.forget(session);
      this.sessions.emit('closed', session, reason);
    }
  }

  /** After `stop` and the socket's end: closes the streams that were opened for sessions, and the journal. */
  async closeStreams(): Promise<void> {
    await this.groups.closeAll();
    await this.items.closeAll();
    this.settings.journal?.close();
  }

  private async readAll(): Promise<void> {
    while (!this.router.closed) {
      let parts: Buffer[];
      try {
        parts = await this.router.receive();
      } catch (error) {
        // Nothing but the close ends a receive; were there a fault, trying again at once would only spin.
        if (!this.router.closed)
          this.settings.logger.error(`the server can't receive any more: ${messageOf(error)}`, coded(codeOfError(error)));
        return;
      }
      if (!this.stopping) this.inbound.receive(parts);
    }
  }

  private welcome(session: Session, info: StreamInfo, size: number | null): void {
    this.writer.tell(session.route, welcomeOf(session, this.groups.main, info, size, this.settings, this.identity));
    this.sessions.emit('opened', session);
  }

  private unreachable(route: Buffer): void {
    const session = this.sessions.get(route);
    if (session) this.end(session, 'unreachable');
  }

  /** Forgets a session; its batches go to others. */
  private end(session: Session, reason: string): void {
    if (!this.sessions.remove(session)) return;
    this.indexed.forget(session);
    const { group } = session;
    let requeued = 0;
    if (group) {
      // A session that its group has dropped already holds nothing any more.
      if (group.members.remove(session)) requeued = group.delivery.leave(session, reason);
      this.groups.left(group);
    }
    this.sessions.emit('closed', session, reason, requeued);
    group?.delivery.pump();
  }
}
