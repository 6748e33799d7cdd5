import { messageOf, SkelmixError } from '../../core/errors.js';
import type { StreamInfo } from '../../core/source.js';
import type { Hello, WireCode, WireError } from '../protocol/index.js';
import { type AllowList, isKey, isProofOf, type Role } from '../security/index.js';
import { checkExpectation } from './check-expectation.js';
import type { Group } from './group.js';
import { type Groups, hasBatches } from './groups.js';
import type { Items, OpenItems } from './items.js';
import type { Ledger } from './ledger.js';
import { moveGroup } from './move-group.js';
import type { ServerCurve } from './server-options.js';
import { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import { TokenBucket } from './token-bucket.js';

/** What a reception works with. */
export interface ReceptionOptions {
  readonly groups: Groups;
  readonly items: OpenItems;
  readonly ledger: Ledger;
  readonly sessions: SessionTable;
  readonly bootId: string;
  readonly maxSessions: number;
  /** HELLOs a second. */
  readonly maxHellosPerSecond: number;
  /** Stream of sessions without batches or samples. */
  readonly mainInfo: StreamInfo;
  /** What a client may do; undefined where its proof is not that of an allowed key. */
  readonly roleOf: (hello: Hello) => Role | undefined;
  /** Ends a session whose client takes part anew. */
  readonly end: (session: Session, reason: string) => void;
  /** The session is there: sends WELCOME. `size` is that of its split, in mode `indexed`. */
  readonly welcome: (session: Session, info: StreamInfo, size: number | null) => void;
  readonly refuse: (route: Buffer, error: WireError) => void;
}

const refusal = (code: WireCode, message: string, rest: Partial<WireError> = {}): WireError => ({
  k: 'ERROR',
  code,
  message,
  retry: 'never',
  ref: 'HELLO',
  ...rest,
});

/** What a client is told whose stream could not be opened: a request that can't be met, or a fault. */
function explain(error: unknown): WireError {
  if (!(error instanceof SkelmixError)) return refusal('internal', messageOf(error));
  if (error.code !== 'CONFIG_INVALID' && error.code !== 'CONFIG_CONFLICT' && error.code !== 'SPLIT_UNKNOWN')
    return refusal('internal', error.message, { cause: error.code });
  const { field, got } = error.details as { field?: string; got?: unknown };
  return refusal('config_mismatch', error.message, { field, got });
}

/** How a server tells roles: everybody controls where it has no list; with one, whoever shows no key may read. */
export function roles(curve: ServerCurve | undefined, list: AllowList | undefined): (hello: Hello) => Role | undefined {
  if (!curve || !list) return () => 'control';
  return ({ auth }) => {
    if (!auth) return 'read';
    return isKey(auth.key) && isProofOf(auth.key, auth.proof, curve) ? list.roleOf(auth.key) : undefined;
  };
}

/** Opens sessions: HELLO to WELCOME. Streams that are not open yet are opened, while other sessions go on. */
export class Reception {
  private readonly opening = new Map<string, symbol>();
  private readonly hellos: TokenBucket;
  private opened = 0;

  constructor(private readonly options: ReceptionOptions) {
    this.hellos = new TokenBucket(options.maxHellosPerSecond);
  }

  /** True while the client's session is being opened. */
  isOpening(route: Buffer): boolean {
    return this.opening.has(route.toString('latin1'));
  }

  /** The client does not want its session any more. */
  forget(route: Buffer): void {
    this.opening.delete(route.toString('latin1'));
  }

  open(route: Buffer, hello: Hello): WireError | undefined {
    const { sessions, maxSessions, bootId, items, end } = this.options;
    const before = sessions.get(route);
    if (before) end(before, 'said HELLO again');
    if (!this.hellos.take()) return refusal('group_full', 'too many clients say HELLO at once', { retry: 1000 });
    const role = this.options.roleOf(hello);
    if (role === undefined)
      return refusal('unauthorized', 'the proof is not that of an allowed key: check the key file, or allow the key', {
        field: 'auth',
        got: hello.auth?.key,
      });
    if (sessions.size + this.opening.size >= maxSessions)
      return refusal('group_full', `the server has ${maxSessions} sessions already`, { retry: 1000 });
    const id = `${bootId.slice(0, 8)}-${++this.opened}`;
    const held = items.of({ profile: hello.profile, split: hello.split });
    try {
      const group = hasBatches(hello) ? this.options.groups.of(hello, id) : undefined;
      if (group instanceof Promise || hello.mode === 'indexed') void this.openLater(route, hello, id, group, held);
      else {
        const error = this.admit(route, hello, id, group, held, null);
        if (group) this.options.groups.left(group);
        return error;
      }
    } catch (error) {
      return explain(error);
    }
    return undefined;
  }

  private async openLater(
    route: Buffer,
    hello: Hello,
    id: string,
    coming: Group | Promise<Group> | undefined,
    items: Items,
  ): Promise<void> {
    const key = route.toString('latin1');
    const ticket = Symbol(id);
    this.opening.set(key, ticket);
    let error: WireError | undefined;
    let group: Group | undefined;
    try {
      group = await coming;
      const size = hello.mode === 'indexed' ? (await items.get()).size : null;
      const wanted = this.opening.get(key) === ticket;
      if (wanted)
        error = this.admit(route, hello, id, group, items, size, hello.mode === 'indexed' ? (await items.get()).info : undefined);
      else items.release();
    } catch (problem) {
      error = explain(problem);
    }
    if (this.opening.get(key) === ticket) this.opening.delete(key);
    if (error) {
      items.release();
      this.options.refuse(route, error);
    }
    if (group) this.options.groups.left(group);
  }

  private admit(
    route: Buffer,
    hello: Hello,
    id: string,
    group: Group | undefined,
    items: Items,
    size: number | null,
    itemsInfo?: StreamInfo,
  ): WireError | undefined {
    const { sessions, mainInfo, welcome } = this.options;
    const info = itemsInfo ?? group?.source.info ?? mainInfo;
    if (group) group.awaited = true;
    const objection = checkExpectation(hello.expect, info) ?? (group && this.place(hello, group));
    if (group) group.awaited = false;
    if (objection) return objection;
    const session = new Session(id, route, hello, this.options.roleOf(hello) ?? 'read', group, items);
    sessions.add(session);
    group?.members.add(session);
    welcome(session, info, size);
    return undefined;
  }

  /** Makes room for a session in its group and brings the group to where the client goes on, or says what stands against it. */
  private place(hello: Hello, group: Group): WireError | undefined {
    if (hello.mode === 'share') return undefined;
    const taken = this.makeRoom(hello, group);
    return taken ?? (hello.resume && moveGroup(group, hello.resume, this.options.ledger, 'HELLO'));
  }

  private makeRoom(hello: Hello, group: Group): WireError | undefined {
    const rival = [...group.members].find((session) => hello.mode === 'broadcast' || session.hello.rank === hello.rank);
    if (rival === undefined) return undefined;
    if (rival.id === hello.resume?.session) {
      this.options.end(rival, 'its client is back on another connection');
      return undefined;
    }
    return hello.mode === 'lockstep'
      ? refusal('rank_taken', `rank ${hello.rank} of group "${group.name}" is here already (${rival.name})`, {
          field: 'rank',
          got: hello.rank,
          retry: 1000,
        })
      : refusal('group_full', `broadcast group "${group.name}" has its consumer already (${rival.name})`, {
          field: 'group',
          got: group.name,
          retry: 1000,
        });
  }
}
