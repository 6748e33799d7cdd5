import { TransportError } from '../../core/errors.js';
import type { RequestId } from '../protocol/index.js';

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
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
   * @throws TransportError TIMEOUT; whatever `fail` or `failAll` are given
   */
  ask<T>(what: string, send: (requestId: string) => void): Promise<T> {
    const requestId = String(++this.last);
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(requestId);
        reject(new TransportError('TIMEOUT', `${this.endpoint} did not answer ${what} within ${this.timeoutMs} ms`));
      }, this.timeoutMs);
      this.pending.set(requestId, { resolve, reject, timer });
      send(requestId);
    });
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
