import type { Router } from 'zeromq';
import { encodeServerMessage, type ServerMessage } from '../protocol/index.js';

/**
 * The one place that writes to the ROUTER. Its `sendTimeout` is 0 and its high-water mark counts messages of one peer, so a
 * send is done or refused at once: it never waits (a waiting send would make the next one fail with EBUSY, and one slow peer
 * would hold up all). Bounded, because credit bounds the batches, and a peer that reads nothing is refused at the mark.
 */
export class Writer {
  bytesSent = 0;

  /** @param onUnreachable called (later, not within `send`) where the peer is gone or reads nothing */
  constructor(
    private readonly router: Router,
    private readonly onUnreachable: (route: Buffer) => void,
  ) {}

  /** Queues a message in ZeroMQ; buffers are not copied. */
  send(route: Buffer, frames: readonly Buffer[]): void {
    if (this.router.closed) return;
    for (const frame of frames) this.bytesSent += frame.byteLength;
    this.router.send([route, ...frames]).catch(() => this.onUnreachable(route));
  }

  tell(route: Buffer, message: ServerMessage): void {
    this.send(route, [encodeServerMessage(message)]);
  }
}
