import { InternalError, messageOf, SkelmixError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import type { Sample } from '../../core/sample.js';
import type { IndexedSource } from '../../core/source.js';
import {
  encodeItems,
  encodeSamples,
  type GetRequest,
  type ListRequest,
  type RequestId,
  type WireError,
} from '../protocol/index.js';
import type { Session } from './session.js';
import type { Writer } from './writer.js';

/** Samples read at once for one request, whatever their size. */
const READ_AT_ONCE = 64;

/** Bounds of what a session may ask for at a time. */
export interface IndexedLimits {
  /** Requests that are not answered yet. */
  readonly maxRequests: number;
  /** Most payload bytes of one message, where the client does not ask for less. */
  readonly maxBytes: number;
}

interface Queue {
  open: number;
  tail: Promise<void>;
}

const refusal = (code: WireError['code'], message: string, ref: RequestId, rest: Partial<WireError> = {}): WireError => ({
  k: 'ERROR',
  code,
  message,
  retry: 'never',
  ref,
  ...rest,
});

/**
 * Answers LIST and GET: one request of a session after the other, cut into messages of bounded size. What is not a recorded clip is
 * never sent: evaluation stays real, whatever a source gives.
 */
export class IndexedService {
  samplesSent = 0;
  private readonly queues = new WeakMap<Session, Queue>();
  private readonly gone = new WeakSet<Session>();

  constructor(
    private readonly writer: Writer,
    private readonly limits: IndexedLimits,
    private readonly logger: Logger,
  ) {}

  /** Answers nothing more of a session. */
  forget(session: Session): void {
    this.gone.add(session);
    session.items.release();
  }

  list(session: Session, { requestId, split }: ListRequest): WireError | undefined {
    return this.inTurn(session, requestId, async () => {
      const items = await session.items.get();
      if (split !== undefined && split !== session.hello.split && split !== items.info.split)
        return refusal(
          'config_mismatch',
          `this session reads split "${items.info.split}": open another one for "${split}"`,
          requestId,
          {
            field: 'split',
            got: split,
          },
        );
      const { size, names, labels } = items;
      this.writer.send(session.route, encodeItems({ requestId, size, names, labels }, session.hello.inline === true));
      return undefined;
    });
  }

  get(session: Session, request: GetRequest): WireError | undefined {
    return this.inTurn(session, request.requestId, async () => {
      const items = await session.items.get();
      const wrong = request.ids.find((index) => index >= items.size);
      if (wrong !== undefined)
        return refusal(
          'out_of_range',
          `there is no sample ${wrong}: split "${items.info.split}" has ${items.size}`,
          request.requestId,
          { field: 'ids', got: wrong },
        );
      await this.send(session, request, items);
      return undefined;
    });
  }

  private async send(session: Session, { requestId, epoch, ids }: GetRequest, items: IndexedSource): Promise<void> {
    const { inline = false, dtype = '<f4', maxBytes = this.limits.maxBytes } = session.hello;
    const most = Math.min(maxBytes, this.limits.maxBytes);
    for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
      const part = ids.slice(from, from + READ_AT_ONCE);
      const samples = await Promise.all(part.map((index) => items.read(index, epoch)));
      for (const sample of samples) this.assertReal(sample);
      for (let at = 0; at < samples.length; ) {
        if (this.gone.has(session)) return;
        const fitting = Math.max(1, Math.floor(most / bytesOf(samples[at]!)));
        const cut = samples.slice(at, at + fitting);
        const last = from + at + cut.length === ids.length;
        const head = { requestId, epoch, ids: part.slice(at, at + cut.length), last };
        this.writer.send(session.route, encodeSamples(head, cut, { inline, dtype, axes: items.info.axes }));
        this.samplesSent += cut.length;
        at += cut.length;
      }
    }
  }

  private assertReal(sample: Sample): void {
    if (sample.origin !== 'real' || sample.provenance.kind === 'generated')
      throw new InternalError(`sample ${sample.id} of an evaluation split is not real (${sample.origin}); it was not sent`);
  }

  /** Runs a request behind those of the session that are open; one too many is refused. */
  private inTurn(session: Session, ref: RequestId, run: () => Promise<WireError | undefined>): WireError | undefined {
    const queue = this.queues.get(session) ?? { open: 0, tail: Promise.resolve() };
    this.queues.set(session, queue);
    if (queue.open >= this.limits.maxRequests)
      return refusal('over_credit', `${queue.open} requests are open, no more are taken: wait for an answer`, ref, {
        retry: 100,
      });
    queue.open++;
    queue.tail = queue.tail.then(async () => {
      try {
        const error = this.gone.has(session) ? undefined : await run();
        if (error) this.writer.tell(session.route, error);
      } catch (error) {
        if (this.gone.has(session)) return;
        this.logger.error(`samples by index could not be sent: ${messageOf(error)}`, coded('MESSAGE_NOT_SENT'));
        const cause = error instanceof SkelmixError ? error.code : undefined;
        this.writer.tell(session.route, refusal('internal', messageOf(error), ref, { cause }));
      } finally {
        queue.open--;
      }
    });
    return undefined;
  }
}

function bytesOf(sample: Sample): number {
  const extras = Object.values(sample.extras ?? {}).reduce((sum, { data }) => sum + data.byteLength, 0);
  return sample.x.byteLength + extras;
}
