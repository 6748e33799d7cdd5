import { ConfigError } from '../../core/errors.js';
import type { BatchSource, OpenedStream, StreamProvider } from '../../core/source.js';
import type { Hello } from '../protocol/index.js';
import type { DeliveryContext } from './delivery.js';
import { Group } from './group.js';
import { requestKey } from './items.js';

/** Key of the group that is always there. */
export const MAIN_GROUP = 'share';

/** The modes that get batches. */
export const hasBatches = ({ mode }: Pick<Hello, 'mode'>): boolean =>
  mode === 'share' || mode === 'broadcast' || mode === 'lockstep';

/** Groups, open ones and those that are being opened. */
export class Groups implements Iterable<Group> {
  readonly main: Group;
  private readonly open = new Map<string, Group>();
  private readonly opening = new Map<string, Promise<Group>>();
  /** Stream that a request stands for, where it was opened once. */
  private readonly hashes = new Map<string, string>();

  constructor(
    private readonly provider: StreamProvider,
    private readonly context: DeliveryContext,
    private readonly maxGroups: number,
  ) {
    const source = provider.main;
    const record = context.ledger.record(MAIN_GROUP, source.nextSeq);
    this.main = new Group({ name: '', record, source, opened: undefined, world: undefined, context });
    this.open.set(MAIN_GROUP, this.main);
  }

  [Symbol.iterator](): Iterator<Group> {
    return this.open.values();
  }

  /**
   * The group that a session belongs to: at once where it is open.
   *
   * @param session id that names a broadcast group where the client gave no name
   * @throws ConfigError as `StreamProvider.open`, CONFIG_CONFLICT where there are too many groups or the split is not for training
   */
  of(hello: Hello, session: string): Group | Promise<Group> {
    const request = requestKey(hello);
    const isMain = hello.mode === 'share' && hello.group === undefined;
    const main = this.provider.main.info.configHash;
    if (isMain && (request === '{}' || this.hashes.get(request) === main)) return this.main;
    const name = hello.group ?? (hello.mode === 'broadcast' ? (hello.resume?.session ?? session) : 'default');
    const key = [hello.mode, name, request, ...(hello.mode === 'lockstep' ? [hello.world] : [])].join(' ');
    const there = this.open.get(key) ?? this.opening.get(key);
    if (there) return there;
    if (this.open.size + this.opening.size >= this.maxGroups)
      throw new ConfigError('CONFIG_CONFLICT', `the server has ${this.maxGroups} groups already`, {
        details: { field: 'group' },
      });
    const opening = this.start(hello, key, name, request, isMain).finally(() => this.opening.delete(key));
    this.opening.set(key, opening);
    return opening;
  }

  /** A session has left: a group without members is closed; its record stays. */
  left(group: Group): void {
    if (group === this.main || group.awaited || group.members.size > 0 || this.open.get(group.key) !== group) return;
    this.open.delete(group.key);
    void group.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.opening.values()].map((group) => group.catch(() => {})));
    await Promise.all([...this.open.values()].map((group) => group.close()));
    this.open.clear();
  }

  private async start(hello: Hello, key: string, name: string, request: string, isMain: boolean): Promise<Group> {
    const opened = await this.provider.open({ profile: hello.profile, split: hello.split });
    try {
      this.hashes.set(request, opened.items.info.configHash);
      if (isMain && opened.source?.info.configHash === this.provider.main.info.configHash) {
        await opened.close();
        return this.main;
      }
      const source = trainingSource(opened);
      const record = this.context.ledger.record(key);
      const world = hello.mode === 'lockstep' ? hello.world : undefined;
      const group = new Group({ name, record, source, opened, world, context: this.context });
      this.open.set(key, group);
      return group;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }
}

function trainingSource({ source, items }: OpenedStream): BatchSource {
  if (source !== null) return source;
  throw new ConfigError(
    'CONFIG_CONFLICT',
    `split "${items.info.split}" is for evaluation and gives no batches: read it by index (mode "indexed")`,
    { details: { field: 'split', got: items.info.split } },
  );
}
