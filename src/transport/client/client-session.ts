import { type SkelmixError, TransportError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import { settingsAfter } from '../../core/settings-after.js';
import type { Change, LiveSettings, Stats } from '../../core/source.js';
import {
  type Changed,
  type ClientMessage,
  type End,
  errorOfWire,
  type Hello,
  type ItemsReply,
  PROTOCOL_VERSION,
  type Received,
  type ReceivedBatch,
  type SamplesReply,
  type Seek,
  type Stalled,
  type StateReply,
  type Welcome,
  type WireError,
} from '../protocol/index.js';
import type { Outcome } from './batch-window.js';
import { checkSameStream } from './check-same-stream.js';
import type { ClientSettings } from './options.js';
import { PendingRequests } from './pending-requests.js';
import { Wire } from './wire.js';

/** A HELLO is not repeated sooner, ms: refusals of what was sent before it are still on their way. */
const REHELLO_MS = 1000;

/** What a session tells whoever consumes it. */
export interface SessionFeed {
  /** A session is there: the first, or `again` after the server forgot us or was restarted. */
  welcomed(welcome: Welcome, again: boolean): void;
  batch(received: ReceivedBatch): void;
  epochEnded(end: End): void;
  stalled(stall: Stalled): void;
  /** A batch could not be built. */
  failed(error: SkelmixError): void;
  /** Nothing comes any more. `local`: because of our own `close`. */
  ended(outcome: Outcome, local: boolean): void;
  tick(elapsedMs: number): void;
  /** The place to go on from where the server has forgotten us; undefined where that is the server's to know. */
  place?(): { readonly epoch: number; readonly step: number } | undefined;
}

/** One session with a server: HELLO, liveness, settings, questions. Batches go to the feed. */
export class ClientSession {
  private readonly wire: Wire;
  private readonly requests: PendingRequests;
  private readonly listeners = new Set<(change: Change) => void>();
  private state: 'new' | 'ready' | 'rehello' | 'closed' = 'new';
  private current: Welcome | undefined;
  private live: { settings: LiveSettings; rev: number } = { settings: { ratio: 0, paused: false }, rev: 0 };
  private opening: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  private clock: NodeJS.Timeout | undefined;
  private silentMs = 0;
  private sincePingMs = 0;
  private helloAt = 0;
  private logHash = '';
  private retry: NodeJS.Timeout | undefined;
  private lastRefusal: SkelmixError | undefined;
  private readonly onAbort = (): void => this.finish({ error: this.settings.signal?.reason }, true, 'aborted');

  constructor(
    readonly endpoint: string,
    private readonly hello: Hello,
    private readonly settings: ClientSettings,
    private readonly feed: SessionFeed,
  ) {
    settings.signal?.throwIfAborted();
    this.requests = new PendingRequests(endpoint, settings.connectTimeoutMs);
    this.wire = new Wire(
      endpoint,
      (message) => this.receive(message),
      (error) => this.finish({ error }, false, 'sent what can not be read'),
      settings.logger,
      settings.curve,
    );
  }

  get welcome(): Welcome {
    if (this.current === undefined) throw new TransportError('CLOSED', `${this.endpoint}: the session is not open yet`);
    return this.current;
  }

  get liveSettings(): LiveSettings {
    return this.live.settings;
  }

  get rev(): number {
    return this.live.rev;
  }

  get closed(): boolean {
    return this.state === 'closed';
  }

  /**
   * Says HELLO and waits for WELCOME. On failure the session is closed.
   *
   * @throws TransportError TIMEOUT, PROTOCOL_VERSION, PROTOCOL_MESSAGE, REFUSED; the abort signal's reason
   */
  async open(): Promise<void> {
    const { connectTimeoutMs, signal } = this.settings;
    signal?.addEventListener('abort', this.onAbort, { once: true });
    const timer = setTimeout(() => {
      const error = new TransportError(
        'TIMEOUT',
        `no skelmix server answered at ${this.endpoint} within ${connectTimeoutMs} ms; is it running there? (skelmix serve prints its addresses)`,
        { details: { endpoint: this.endpoint } },
      );
      this.finish({ error: this.lastRefusal ?? error }, false, 'no WELCOME in time');
    }, connectTimeoutMs);
    try {
      await new Promise<void>((resolve, reject) => {
        this.opening = { resolve, reject };
        this.sayHello();
      });
    } finally {
      clearTimeout(timer);
      this.opening = undefined;
    }
  }

  send(message: ClientMessage): void {
    // Before WELCOME the server would only refuse it; credit is granted anew with each WELCOME.
    if (this.state === 'ready') this.wire.send(message);
  }

  async set(key: string, value: unknown, ifRev?: number): Promise<Change> {
    this.assertOpen();
    return this.requests.ask<Change>(`SET ${key}`, (requestId) => this.wire.send({ k: 'SET', key, value, ifRev, requestId }));
  }

  async stats(): Promise<Stats> {
    this.assertOpen();
    return this.requests.ask<Stats>('STATS', (requestId) => this.wire.send({ k: 'STATS', requestId }));
  }

  /** Where the stream goes on once all that is processed is left out. */
  async askState(): Promise<StateReply> {
    this.assertOpen();
    return this.requests.ask<StateReply>('STATE', (requestId) => this.wire.send({ k: 'STATE', requestId }));
  }

  /** Moves the stream, before the first batch is asked for. */
  async seek(place: Pick<Seek, 'epoch' | 'step' | 'logHash' | 'force'>): Promise<StateReply> {
    this.assertOpen();
    return this.requests.ask<StateReply>('SEEK', (requestId) => this.wire.send({ k: 'SEEK', ...place, requestId }));
  }

  async list(): Promise<ItemsReply> {
    this.assertOpen();
    const { firstBatchTimeoutMs } = this.settings;
    return this.requests.ask<ItemsReply>('LIST', (requestId) => this.wire.send({ k: 'LIST', requestId }), firstBatchTimeoutMs);
  }

  /** Samples of at most 1024 indices, in the messages they come in. */
  async get(ids: readonly number[], epoch: number): Promise<readonly SamplesReply[]> {
    this.assertOpen();
    const { firstBatchTimeoutMs } = this.settings;
    const send = (requestId: string): void => this.wire.send({ k: 'GET', requestId, epoch, ids });
    return this.requests.ask<readonly SamplesReply[]>('GET', send, firstBatchTimeoutMs);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(reason: string): void {
    this.finish({}, true, reason);
  }

  private assertOpen(): void {
    if (this.state === 'closed')
      throw new TransportError('CLOSED', `the connection to ${this.endpoint} is closed; connect again`);
  }

  private sayHello(): void {
    this.helloAt = performance.now();
    const { current } = this;
    const place = current && this.feed.place?.();
    const again = place && {
      group: current.group || undefined,
      resume: { session: current.session, ...place, logHash: this.logHash },
    };
    this.wire.send({ ...this.hello, ...again });
  }

  private finish(outcome: Outcome, local: boolean, reason: string): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    clearInterval(this.clock);
    clearTimeout(this.retry);
    this.settings.signal?.removeEventListener('abort', this.onAbort);
    const why = new TransportError('CLOSED', `the connection to ${this.endpoint} was closed: ${reason}`);
    this.requests.failAll('error' in outcome ? (outcome.error as Error) : why);
    this.opening?.reject('error' in outcome ? outcome.error : why);
    this.wire.close(reason);
    this.feed.ended(outcome, local);
  }

  private receive(message: Received): void {
    if (this.state === 'closed') return;
    this.silentMs = 0;
    this.sincePingMs = 0;
    switch (message.k) {
      case 'BATCH':
        // What still arrives for a session that is being replaced was taken back by the server.
        if (this.state === 'ready') this.feed.batch(message);
        break;
      case 'WELCOME':
        this.welcomed(message);
        break;
      case 'CHANGED':
        this.changed(message);
        break;
      case 'STATE':
        if (message.requestId !== undefined) this.requests.answer(message.requestId, message);
        break;
      case 'ITEMS':
        this.requests.answer(message.requestId, message);
        break;
      case 'SAMPLES':
        this.requests.part(message.requestId, message, message.last);
        break;
      case 'END':
        this.feed.epochEnded(message);
        break;
      case 'STALL':
        this.feed.stalled(message);
        break;
      case 'STATS':
        this.requests.answer(message.requestId, message.stats);
        break;
      case 'PING':
        this.wire.send({ k: 'PONG', t: message.t });
        break;
      case 'PONG':
        break;
      case 'BYE':
        this.finish({}, false, `the server said goodbye (${message.reason})`);
        break;
      case 'ERROR':
        this.refused(message);
        break;
    }
  }

  private welcomed(welcome: Welcome): void {
    const before = this.current;
    if (welcome.v !== PROTOCOL_VERSION) {
      const what = `${this.endpoint} chose protocol version ${welcome.v}, this client speaks ${PROTOCOL_VERSION}`;
      this.finish({ error: new TransportError('PROTOCOL_VERSION', what) }, false, 'unknown version');
      return;
    }
    if (before) {
      const error = checkSameStream(before, welcome, this.endpoint, this.settings.logger);
      if (error) {
        this.finish({ error }, false, 'another stream');
        return;
      }
      this.requests.failAll(new TransportError('PEER_GONE', `${this.endpoint} opened a new session; ask again`));
    }
    if (welcome.rev < this.live.rev)
      this.settings.logger.warn(
        `${this.endpoint} is at revision ${welcome.rev} of the live settings, it was at ${this.live.rev}: it was started anew without its journal`,
        coded('SERVER_WITHOUT_JOURNAL'),
      );
    this.current = welcome;
    this.logHash = welcome.logHash;
    this.live = { settings: welcome.settings, rev: welcome.rev };
    this.state = 'ready';
    this.startClock(welcome);
    this.feed.welcomed(welcome, before !== undefined);
    this.opening?.resolve();
  }

  private changed({ rev, key, value, effectiveSeq, by, requestId, logHash }: Changed): void {
    const change: Change = { rev, key, value, effectiveSeq, by };
    this.live = { settings: settingsAfter(this.live.settings, change), rev };
    if (logHash !== undefined) this.logHash = logHash;
    for (const listener of this.listeners) listener(change);
    if (requestId !== undefined) this.requests.answer(requestId, change);
  }

  private refused({ code, message, field, got, retry, ref, cause }: WireError): void {
    if (retry === 'rehello') {
      if (this.state === 'rehello' && performance.now() - this.helloAt < REHELLO_MS) return;
      this.settings.logger.info(`${this.endpoint} does not know this session any more (restarted?); saying HELLO again`);
      this.state = this.state === 'new' ? 'new' : 'rehello';
      this.sayHello();
      return;
    }
    const error = errorOfWire(code, message, cause, { field, got, endpoint: this.endpoint });
    if (ref !== undefined && this.requests.fail(ref, error)) return;
    if (typeof retry === 'number' && ref === 'HELLO') {
      // Somebody else's place may become free: until the time for connecting is over.
      this.lastRefusal = error;
      this.retry = setTimeout(() => this.sayHello(), retry);
      return;
    }
    if (this.state !== 'ready' || code === 'shutting_down') this.finish({ error }, false, `refused: ${code}`);
    else if (ref === 'CREDIT') this.feed.failed(error);
    else this.settings.logger.warn(`${this.endpoint} refused a message: ${message}`, { code });
  }

  private startClock({ pingMs, timeoutMs }: Welcome): void {
    clearInterval(this.clock);
    const tickMs = Math.min(500, Math.max(5, Math.floor(Math.min(pingMs, timeoutMs) / 4)));
    // Counted in ticks: while this process's own event loop is blocked the server is not taken for silent.
    this.clock = setInterval(() => {
      this.silentMs += tickMs;
      this.sincePingMs += tickMs;
      if (this.silentMs >= timeoutMs) {
        const error = new TransportError(
          'PEER_GONE',
          `${this.endpoint} has been silent for ${timeoutMs} ms: the server has died or the way to it is cut; connect again when it is back`,
          { details: { endpoint: this.endpoint } },
        );
        this.finish({ error }, false, 'silent server');
        return;
      }
      if (this.sincePingMs >= pingMs) {
        this.sincePingMs = 0;
        this.wire.send({ k: 'PING', t: Date.now() });
      }
      this.feed.tick(tickMs);
    }, tickMs);
  }
}
