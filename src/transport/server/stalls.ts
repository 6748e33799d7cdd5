import type { Stall } from '../../core/source.js';
import type { SessionTable } from './session-table.js';
import type { Writer } from './writer.js';

/** What a consumer hears where the source itself has no reason to give. */
const UNEXPLAINED: Stall = { code: 'source_slow', sinceMs: 0, hint: 'the next batch is still being built' };

/** Tells a session that has credit and got nothing for `stallMs` why, and again each time as much passes. */
export class Stalls {
  constructor(
    private readonly sessions: SessionTable,
    private readonly writer: Writer,
    private readonly stallMs: number,
  ) {}

  tick(elapsedMs: number): void {
    for (const session of this.sessions) {
      if (!session.waits) continue;
      session.waitedMs += elapsedMs;
      session.sinceStallMs += elapsedMs;
      if (session.sinceStallMs < this.stallMs) continue;
      session.sinceStallMs = 0;
      const { code, hint } = session.group?.stall() ?? UNEXPLAINED;
      this.writer.tell(session.route, { k: 'STALL', code, sinceMs: session.waitedMs, hint });
    }
  }
}
