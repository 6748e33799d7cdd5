import type { BatchSource, OpenedStream, Stall } from '../../core/source.js';
import type { Delivery, DeliveryContext } from './delivery.js';
import { Dispatcher } from './dispatcher.js';
import { LeaseTable } from './lease-table.js';
import type { GroupRecord } from './ledger.js';
import { Lockstep } from './lockstep.js';
import { Members } from './members.js';

/** A place in a group's stream. */
export interface Place {
  readonly epoch: number;
  readonly step: number;
}

/** What a group is made from. */
export interface GroupOptions {
  /** As WELCOME names it. */
  readonly name: string;
  readonly record: GroupRecord;
  readonly source: BatchSource;
  /** What is closed with the group; nothing for the main stream. */
  readonly opened: OpenedStream | undefined;
  /** Ranks that go in lockstep; undefined where each batch goes to one session. */
  readonly world: number | undefined;
  readonly context: DeliveryContext;
}

/** Sessions that consume one stream, with the batches they hold. */
export class Group {
  readonly name: string;
  readonly members = new Members();
  readonly leases = new LeaseTable();
  readonly source: BatchSource;
  readonly record: GroupRecord;
  readonly world: number | undefined;
  readonly delivery: Delivery;
  /** A session is about to become a member: the group stays open although nobody else is. */
  awaited = false;
  private readonly opened: OpenedStream | undefined;

  constructor({ name, record, source, opened, world, context }: GroupOptions) {
    this.name = name;
    this.record = record;
    this.source = source;
    this.world = world;
    this.opened = opened;
    this.delivery = world === undefined ? new Dispatcher(this, context) : new Lockstep(this, world, context);
  }

  get key(): string {
    return this.record.key;
  }

  /** Steps of one epoch, for each session. */
  get epochSteps(): number {
    return Math.ceil(this.source.info.epochBatches / (this.world ?? 1));
  }

  /** Where the group goes on once all that is processed is left out. */
  get place(): Place {
    const step = Math.floor(this.record.progress.mark / (this.world ?? 1));
    const epoch = Math.floor(step / this.epochSteps);
    return { epoch, step: step - epoch * this.epochSteps };
  }

  /** First batch of a place. */
  seqOf({ epoch, step }: Place): number {
    return (epoch * this.epochSteps + step) * (this.world ?? 1);
  }

  /** Why a session of the group waits, or null. */
  stall(): Stall | null {
    return this.delivery.stall() ?? this.source.stall();
  }

  /** Stops building and closes what was opened for the group. */
  async close(): Promise<void> {
    this.delivery.stop();
    await this.opened?.close();
  }
}
