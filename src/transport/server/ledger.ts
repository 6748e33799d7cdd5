import type { Change, LiveSettings } from '../../core/source.js';
import { ChangeLog } from './change-log.js';
import type { Journal } from './journal/index.js';
import { Progress } from './progress.js';

/** What must survive of a group: its log of changes and what of it is processed. */
export interface GroupRecord {
  readonly key: string;
  readonly log: ChangeLog;
  readonly progress: Progress;
}

/** Records of groups that nobody consumes are kept up to this number. */
const MAX_RECORDS = 1024;

/** A change without the place where it takes effect, which is each group's own. */
type Setting = Omit<Change, 'effectiveSeq'>;

/**
 * The books of a server: one list of changes for all groups, and for each group where a change takes effect and which batches
 * are processed. Where there is a journal, everything is written to it first, and what it held is here from the start.
 */
export class Ledger {
  private readonly records = new Map<string, GroupRecord>();
  private readonly changes: Setting[] = [];
  /** Settings that every log begins with. */
  readonly settings: LiveSettings;

  /** @param settings those that the server begins with, where no journal says otherwise */
  constructor(
    private readonly journal: Journal | undefined,
    settings: LiveSettings,
  ) {
    this.settings = journal?.found?.settings ?? settings;
    const found = journal?.found;
    if (!found) return;
    const keys = new Set([...found.progress.keys(), ...found.changes.flatMap(({ at }) => Object.keys(at))]);
    for (const { at: _at, ...setting } of found.changes) this.changes.push(setting);
    for (const key of keys) {
      const log = new ChangeLog();
      for (const { at, ...setting } of found.changes) log.append({ ...setting, effectiveSeq: at[key] ?? 0 });
      this.records.set(key, { key, log, progress: found.progress.get(key) ?? new Progress() });
    }
  }

  /** The record of a group; a new one, which saw every change from its first batch on, where there is none. */
  record(key: string, first = 0): GroupRecord {
    let record = this.records.get(key);
    if (record === undefined) {
      record = { key, log: new ChangeLog(), progress: new Progress(first) };
      for (const setting of this.changes) record.log.append({ ...setting, effectiveSeq: 0 });
      if (first > 0) this.journal?.moved(key, first);
    }
    // The one asked for last is dropped last.
    this.records.delete(key);
    this.records.set(key, record);
    if (this.records.size > MAX_RECORDS) this.records.delete(this.records.keys().next().value!);
    return record;
  }

  /** True where something is known of the group. */
  knows(key: string): boolean {
    return this.records.has(key);
  }

  /**
   * Books a change: in the journal, then in the log of every group.
   *
   * @param placeOf first batch of an open group under the change, by key; a group that is not open goes on behind what it processed
   * @throws TransportError REFUSED where the journal can't be written; nothing is booked then
   */
  change(setting: Setting, placeOf: ReadonlyMap<string, number>): void {
    const at: Record<string, number> = {};
    for (const { key, log, progress } of this.records.values())
      at[key] = placeOf.get(key) ?? Math.max(progress.highest + 1, progress.mark, log.changes.at(-1)?.effectiveSeq ?? 0);
    const { rev, key, value, by } = setting;
    const plain: Setting = { rev, key, value, by };
    this.journal?.change({ ...plain, at });
    this.changes.push(plain);
    for (const record of this.records.values()) record.log.append({ ...plain, effectiveSeq: at[record.key]! });
  }

  /** Books a batch as processed. */
  processed(record: GroupRecord, seq: number): void {
    if (record.progress.add(seq)) this.journal?.processed(record.key, seq);
  }

  /** Books that a group goes on at a batch. */
  moved(record: GroupRecord, seq: number): void {
    record.progress.reset(seq);
    this.journal?.moved(record.key, seq);
  }
}
