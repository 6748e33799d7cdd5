import { TransportError } from '../../core/errors.js';
import type { RequestId } from '../protocol/index.js';

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
  /** Parts of an answer that comes in several messages. */
  readonly parts: unknown[];
}

/** Questions that wait for their answer, by `requestId`. */
export class PendingRequests {
  private readonly pending = new Map<RequestId, Pending>();
  private last = 0;

  constructor(
    private readonly endpoint: string,
    private readonly timeoutMs: number,
  ) {}

  /**
   * Asks and waits.
   *
   * @param what names the question in the error
   * @param send sends it under the id given
   * @param timeoutMs longest wait, default that of all questions; each part of an answer begins it anew
   * @throws TransportError TIMEOUT; whatever `fail` or `failAll` are given
   */
  ask<T>(what: string, send: (requestId: string) => void, timeoutMs = this.timeoutMs): Promise<T> {
    const requestId = String(++this.last);
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(requestId);
        reject(new TransportError('TIMEOUT', `${this.endpoint} did not answer ${what} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.pending.set(requestId, { resolve, reject, timer, parts: [] });
      send(requestId);
    });
  }

  /** One message of an answer; the last one settles the question with all of them. */
  part(requestId: RequestId, value: unknown, last: boolean): void {
    const pending = this.pending.get(requestId);
    pending?.parts.push(value);
    pending?.timer.refresh();
    if (last) this.answer(requestId, pending?.parts);
  }

  answer(requestId: RequestId, value: unknown): void {
    this.take(requestId)?.resolve(value as never);
  }

  /** False where nobody asked that. */
  fail(requestId: RequestId, error: Error): boolean {
    const pending = this.take(requestId);
    pending?.reject(error);
    return pending !== undefined;
  }

  failAll(error: Error): void {
    for (const requestId of [...this.pending.keys()]) this.fail(requestId, error);
  }

  private take(requestId: RequestId): Pending | undefined {
    const pending = this.pending.get(requestId);
    if (pending) clearTimeout(pending.timer);
    this.pending.delete(requestId);
    return pending;
  }
}
