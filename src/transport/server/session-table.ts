import type { Session, SessionInfo } from './session.js';

/** Something happened to a session. `requeued` counts the batches that went back because of it. */
export interface SessionEvent {
  readonly type: 'opened' | 'silent' | 'back' | 'closed';
  readonly session: SessionInfo;
  readonly reason?: string;
  readonly requeued: number;
}

/** The living sessions, by routing id. */
export class SessionTable implements Iterable<Session> {
  private readonly byRoute = new Map<string, Session>();
  private readonly listeners = new Set<(event: SessionEvent) => void>();

  get size(): number {
    return this.byRoute.size;
  }

  get(route: Buffer): Session | undefined {
    return this.byRoute.get(route.toString('latin1'));
  }

  add(session: Session): void {
    this.byRoute.set(session.route.toString('latin1'), session);
  }

  /** False where it was gone already. */
  remove(session: Session): boolean {
    const key = session.route.toString('latin1');
    return this.byRoute.get(key) === session && this.byRoute.delete(key);
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.byRoute.values();
  }

  onEvent(listener: (event: SessionEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(type: SessionEvent['type'], session: Session, reason?: string, requeued = 0): void {
    for (const listener of this.listeners) listener({ type, session: session.info(), reason, requeued });
  }
}
