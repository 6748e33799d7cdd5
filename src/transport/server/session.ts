import type { Hello, SessionMode } from '../protocol/index.js';
import type { Role } from '../security/index.js';
import type { Group } from './group.js';
import type { Items } from './items.js';

/** What the outside may know of a session. */
export interface SessionInfo {
  readonly session: string;
  /** The name that the client gave, else its program. */
  readonly name: string;
  readonly client: string;
  readonly lang: string;
  readonly mode: SessionMode;
  readonly role: Role;
  /** Name of the group that it consumes in; empty in the modes without batches. */
  readonly group: string;
  /** Batches it may still be sent. */
  readonly credit: number;
  /** Batches it was sent and has not acknowledged. */
  readonly leases: number;
  readonly batchesSent: number;
  /** ms since the Unix epoch. */
  readonly connectedAtMs: number;
  /** True while it has not been heard of for `timeoutMs`. */
  readonly silent: boolean;
}

/** One client's state on the server. Plain bookkeeping: the files beside it give it its rules. */
export class Session {
  credit = 0;
  readonly leases = new Set<number>();
  batchesSent = 0;
  /** It has sent its first CREDIT: its stream can't be moved any more. */
  granted = false;
  /** Batches sent of each epoch whose END is still to come. */
  readonly servedByEpoch = new Map<number, number>();
  /** Order of waiting: the session with the lowest turn gets the next batch. */
  turn = 0;
  /** Time without a batch while credit was there, and since the last STALL; counted in ticks of the clock. */
  waitedMs = 0;
  sinceStallMs = 0;
  /** Time since anything was heard, and since the last PING; counted in ticks of the clock. */
  silentMs = 0;
  sincePingMs = 0;
  silent = false;
  readonly connectedAtMs = Date.now();

  constructor(
    readonly id: string,
    readonly route: Buffer,
    readonly hello: Hello,
    readonly role: Role,
    /** Where its batches come from; undefined in the modes without batches. */
    readonly group: Group | undefined,
    /** What LIST and GET are answered from, opened when first asked for. */
    readonly items: Items,
  ) {}

  get name(): string {
    return this.hello.name ?? this.hello.client;
  }

  get waits(): boolean {
    return this.credit > 0 && !this.silent;
  }

  info(): SessionInfo {
    return {
      session: this.id,
      name: this.name,
      client: this.hello.client,
      lang: this.hello.lang,
      mode: this.hello.mode,
      role: this.role,
      group: this.group?.name ?? '',
      credit: this.credit,
      leases: this.leases.size,
      batchesSent: this.batchesSent,
      connectedAtMs: this.connectedAtMs,
      silent: this.silent,
    };
  }
}
