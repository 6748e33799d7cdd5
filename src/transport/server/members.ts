import type { Session } from './session.js';

/** The sessions of a group. */
export class Members implements Iterable<Session> {
  private readonly sessions = new Set<Session>();

  get size(): number {
    return this.sessions.size;
  }

  has(session: Session): boolean {
    return this.sessions.has(session);
  }

  add(session: Session): void {
    this.sessions.add(session);
  }

  remove(session: Session): boolean {
    return this.sessions.delete(session);
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.sessions.values();
  }

  /** The session that has waited longest for a batch, or undefined where nobody has credit. */
  longestWaiting(): Session | undefined {
    let longest: Session | undefined;
    for (const session of this) if (session.waits && (longest === undefined || session.turn < longest.turn)) longest = session;
    return longest;
  }

  /** Credit of all sessions that can be sent to. */
  totalCredit(): number {
    let total = 0;
    for (const session of this) if (session.waits) total += session.credit;
    return total;
  }
}
