import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import type { Writer } from './writer.js';

export interface LivenessLimits {
  readonly pingMs: number;
  readonly timeoutMs: number;
  readonly graceMs: number;
}

/** When the sessions are asked after a lost connection, ms: ZeroMQ tells of it a moment before it drops the peer's queue. */
const PROBES_MS = [0, 10, 50, 250, 1000];

/**
 * Finds sessions whose peer is gone. A silent one is sent PING; after `timeoutMs` of silence it gets nothing more, after
 * another `graceMs` it is dead (a client whose process was only stopped comes back within that time and keeps its batches).
 * A PING to a peer that has no connection any more is refused by the ROUTER at once, which is how a killed client is found.
 *
 * Time is counted in ticks: while this process's own event loop is blocked nobody grows silent.
 */
export class Liveness {
  private probes: NodeJS.Timeout[] = [];

  constructor(
    private readonly sessions: SessionTable,
    private readonly writer: Writer,
    private readonly limits: LivenessLimits,
    private readonly onDead: (session: Session, reason: string) => void,
  ) {}

  /** Any message is life. True where the session had been given up for silent. */
  heard(session: Session): boolean {
    session.silentMs = 0;
    session.sincePingMs = 0;
    if (!session.silent) return false;
    session.silent = false;
    this.sessions.emit('back', session);
    return true;
  }

  /** Some connection was lost, nobody knows whose: asks every session, a few times within a second. */
  connectionLost(): void {
    this.stop();
    this.probes = PROBES_MS.map((delayMs) =>
      setTimeout(() => {
        for (const session of this.sessions) this.ping(session);
      }, delayMs),
    );
  }

  /** Asks nobody any more. */
  stop(): void {
    for (const probe of this.probes) clearTimeout(probe);
  }

  tick(elapsedMs: number): void {
    const { pingMs, timeoutMs, graceMs } = this.limits;
    for (const session of [...this.sessions]) {
      session.silentMs += elapsedMs;
      session.sincePingMs += elapsedMs;
      if (session.silentMs >= timeoutMs + graceMs) {
        this.onDead(session, `silent for ${timeoutMs + graceMs} ms`);
        continue;
      }
      if (session.silentMs >= timeoutMs && !session.silent) {
        session.silent = true;
        this.sessions.emit('silent', session, `silent for ${timeoutMs} ms`);
      }
      if (session.sincePingMs >= pingMs) this.ping(session);
    }
  }

  private ping(session: Session): void {
    session.sincePingMs = 0;
    this.writer.tell(session.route, { k: 'PING', t: Date.now() });
  }
}
