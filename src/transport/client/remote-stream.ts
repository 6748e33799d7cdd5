import type { Batch } from '../../core/batch.js';
import { type SkelmixError, TransportError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Change, FeedbackKind, LiveKey, LiveSettings, Stats, StreamInfo } from '../../core/source.js';
import { type End, type ReceivedBatch, type Stalled, streamInfoOf, type Welcome } from '../protocol/index.js';
import { BatchWindow, type Outcome } from './batch-window.js';
import type { ClientSession, SessionFeed } from './client-session.js';
import type { ClientSettings, StreamState } from './options.js';
import { type RemoteItems, remoteItems } from './remote-items.js';

/** Without a batch for so long the server's reason is logged, ms. */
const REPORT_MS = 10_000;

/** What the server said at the end of an epoch. */
export interface EpochEnd {
  readonly epoch: number;
  /** Number of the epoch's last step, the same for all consumers. */
  readonly lastStep: number;
  /** Batches of the epoch that this consumer got. */
  readonly served: number;
  readonly next: number;
}

/** Counters of what was received. */
export interface Received {
  readonly batches: number;
  /** Batches that another consumer had before. */
  readonly redelivered: number;
}

/**
 * A server's stream of batches. `for await` takes it; each batch is acknowledged when the next one is asked for, and belongs
 * to the caller. Leaving the loop in any way (end, break, an error) closes the stream; batches not acknowledged then go to
 * other consumers. The loop ends where the server stops.
 */
export interface RemoteStream extends AsyncIterable<Batch>, AsyncDisposable {
  /** The address in use, which may be the server's ipc socket. */
  readonly endpoint: string;
  readonly info: StreamInfo;
  readonly settings: LiveSettings;
  readonly rev: number;
  /** Share of synthetic samples asked for, in [0, 1]. */
  readonly ratio: number;
  readonly received: Received;
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch, undefined>;
  /**
   * Changes a live setting for all consumers; `effectiveSeq` of the answer is the first batch under it.
   * @throws ConfigError CONFIG_INVALID, CONFIG_CONFLICT (`ifRev` is not the current revision); TransportError TIMEOUT, CLOSED
   */
  set(key: LiveKey, value: unknown, options?: { readonly ifRev?: number }): Promise<Change>;
  setRatio(ratio: number): Promise<Change>;
  /** The server's statistics. @throws TransportError TIMEOUT, CLOSED */
  stats(): Promise<Stats>;
  /** Calls the listener at each change, whoever made it; returns the way to stop that. */
  onChange(listener: (change: Change) => void): () => void;
  /** Calls the listener when the last batch of an epoch was sent; returns the way to stop that. */
  onEpochEnd(listener: (end: EpochEnd) => void): () => void;
  /** Samples by index of the split that this stream is of. */
  items(): RemoteItems;
  /**
   * Where to go on after a crash or a pause (`ConnectOptions.state`). Counts every batch that the loop was handed, the one at work
   * too, so take it when the step on that batch is done. In `share` it is the place of the whole group.
   * @throws TransportError TIMEOUT, CLOSED
   */
  state(): Promise<StreamState>;
  /** Gives the batch at work back, to be processed by somebody else; the third time it is dropped. */
  giveBack(reason?: string): void;
  /** Says that the batch at work takes long and is still worked on. */
  touch(): void;
  /**
   * Tells the server how the trainer does with each class.
   * @param values one a class, null where there is none
   */
  feedback(kind: FeedbackKind, values: readonly (number | null)[], step: number): void;
  /** Says BYE; the loop ends. Idempotent. */
  close(): Promise<void>;
}

/** RemoteStream over one session; `attach` is called once before the session opens. */
export class SessionStream implements RemoteStream, SessionFeed {
  private session!: ClientSession;
  private readonly window: BatchWindow;
  private readonly epochListeners = new Set<(end: EpochEnd) => void>();
  private readonly iterator: AsyncIterableIterator<Batch, undefined>;
  private counters = { batches: 0, redelivered: 0 };
  private stall: Stalled | undefined;
  private waitedMs = 0;
  /** Behind the last batch that the loop was handed. */
  private handed: { epoch: number; step: number };
  /** Ends when the `next` calls made so far have. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ClientSettings) {
    this.handed = { epoch: options.state?.epoch ?? 0, step: options.state?.step ?? 0 };
    this.window = new BatchWindow(options.credit, (n, ack) => this.session.send({ k: 'CREDIT', n, ack }));
    const leave = async (): Promise<{ done: true; value: undefined }> => {
      await this.close();
      return { done: true, value: undefined };
    };
    this.iterator = {
      next: () => this.inTurn(),
      return: leave,
      throw: async (error) => {
        await leave();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  attach(session: ClientSession): void {
    this.session = session;
  }

  get endpoint(): string {
    return this.session.endpoint;
  }

  get info(): StreamInfo {
    return streamInfoOf(this.session.welcome);
  }

  get settings(): LiveSettings {
    return this.session.liveSettings;
  }

  get rev(): number {
    return this.session.rev;
  }

  get ratio(): number {
    return this.session.liveSettings.ratio;
  }

  get received(): Received {
    return { ...this.counters };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Batch, undefined> {
    return this.iterator;
  }

  set(key: LiveKey, value: unknown, options: { readonly ifRev?: number } = {}): Promise<Change> {
    return this.session.set(key, value, options.ifRev);
  }

  setRatio(ratio: number): Promise<Change> {
    return this.session.set('ratio', ratio);
  }

  stats(): Promise<Stats> {
    return this.session.stats();
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.session.onChange(listener);
  }

  onEpochEnd(listener: (end: EpochEnd) => void): () => void {
    this.epochListeners.add(listener);
    return () => this.epochListeners.delete(listener);
  }

  items(): RemoteItems {
    return remoteItems(this.session);
  }

  async state(): Promise<StreamState> {
    const lease = this.window.release();
    if (lease !== undefined) this.session.send({ k: 'ACK', lease: [lease] });
    const { epoch, ackedStep, rev, logHash } = await this.session.askState();
    const { group, session } = this.session.welcome;
    return { epoch, step: ackedStep, rev, logHash, group, session };
  }

  giveBack(reason?: string): void {
    const lease = this.window.release();
    if (lease !== undefined) this.session.send({ k: 'NAK', lease: [lease], reason });
  }

  touch(): void {
    const { working } = this.window;
    if (working !== undefined) this.session.send({ k: 'TOUCH', lease: [working] });
  }

  feedback(kind: FeedbackKind, values: readonly (number | null)[], step: number): void {
    this.session.send({ k: 'FEEDBACK', kind, values, step });
  }

  place(): { epoch: number; step: number } | undefined {
    const { mode } = this.options;
    return mode === 'broadcast' || mode === 'lockstep' ? this.handed : undefined;
  }

  async close(): Promise<void> {
    this.session.close('the consumer closed the stream');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  welcomed(welcome: Welcome, again: boolean): void {
    const size = Math.min(this.options.credit, welcome.limits.maxCredit);
    if (again || size < this.options.credit) this.window.restart(size);
  }

  batch({ lease, batch, redelivered }: ReceivedBatch): void {
    this.counters.batches++;
    if (redelivered) this.counters.redelivered++;
    this.stall = undefined;
    this.waitedMs = 0;
    this.window.receive(lease, batch);
  }

  epochEnded({ epoch, lastStep, served, next }: End): void {
    for (const listener of this.epochListeners) listener({ epoch, lastStep, served, next });
  }

  stalled(stall: Stalled): void {
    this.stall = stall;
  }

  failed(error: SkelmixError): void {
    this.window.lapse(error);
  }

  ended(outcome: Outcome, local: boolean): void {
    this.window.end(outcome, local);
  }

  tick(elapsedMs: number): void {
    if (!this.window.waiting) return;
    this.waitedMs += elapsedMs;
    if (this.waitedMs < REPORT_MS) return;
    this.waitedMs = 0;
    this.options.logger.warn(
      `no batch from ${this.endpoint} for ${REPORT_MS / 1000} s: ${this.reason()}`,
      coded('STREAM_STALLED'),
    );
  }

  /** `next` calls that overlap are answered one after the other, as those of an async generator. */
  private inTurn(): Promise<IteratorResult<Batch, undefined>> {
    const turn = this.tail.then(() => this.next());
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  private async next(): Promise<IteratorResult<Batch, undefined>> {
    try {
      const batch = await this.withinLimit(this.window.take());
      if (batch) {
        this.handed = this.behind(batch);
        return { done: false, value: batch };
      }
    } catch (error) {
      // An error ends the iterator, and nobody would close the stream after it.
      this.session.close('an error ended the loop');
      this.window.end({}, true);
      throw error;
    }
    return { done: true, value: undefined };
  }

  private behind({ epoch, step }: Batch): { epoch: number; step: number } {
    return step + 1 < this.session.welcome.epochBatches ? { epoch, step: step + 1 } : { epoch: epoch + 1, step: 0 };
  }

  private async withinLimit(taken: Promise<Batch | undefined>): Promise<Batch | undefined> {
    const { firstBatchTimeoutMs, batchTimeoutMs } = this.options;
    const limitMs = this.counters.batches === 0 ? firstBatchTimeoutMs : batchTimeoutMs;
    if (!this.window.waiting || limitMs === undefined) return taken;
    const timer = setTimeout(() => {
      const what = this.counters.batches === 0 ? 'first batch' : 'batch';
      const message = `no ${what} from ${this.endpoint} within ${limitMs} ms: ${this.reason()}`;
      this.window.interrupt(
        new TransportError('TIMEOUT', message, { details: { stall: this.stall?.code, endpoint: this.endpoint } }),
      );
    }, limitMs);
    try {
      return await taken;
    } finally {
      clearTimeout(timer);
    }
  }

  private reason(): string {
    return this.stall ? `the server says ${this.stall.code} (${this.stall.hint})` : 'the server gave no reason';
  }
}
