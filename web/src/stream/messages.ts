import type { BatchSource, Change, LiveSettings, Stall, Stats, StreamInfo } from '../../../src/core/source.js';
import type { ClipEntry, ShownClip } from '../../../src/panel/clip-views.js';
import type { HistoryColumns, Mark } from '../../../src/panel/history.js';
import type { HistoryPoint } from '../../../src/panel/history-point.js';
import type { LogEntry } from '../../../src/panel/log-tap.js';
import type { PanelSession } from '../../../src/panel/panel-subject.js';
import type { LayoutJson } from '../viewer/layout-json.js';

export type { Change, ClipEntry, HistoryColumns, HistoryPoint, LayoutJson, LogEntry, Mark, PanelSession, Stall, Stats };

/** Live settings by key. */
export type Settings = LiveSettings & Readonly<Record<string, unknown>>;

/** What changes all the time. */
export interface LivePart {
  readonly stats: Stats;
  readonly sessions: readonly PanelSession[];
  readonly stall: Stall | null;
  readonly classCounts: { readonly real: readonly number[]; readonly synthetic: readonly number[] };
  readonly nextSeq: number;
  readonly rev: number;
  readonly settings: Settings;
}

/** Event `state`: everything. */
export interface WholeState extends LivePart {
  readonly version: string;
  readonly info: StreamInfo;
  readonly classShares: NonNullable<BatchSource['classShares']> | null;
  readonly endpoints: readonly string[];
  /** The last accepted change of each setting. */
  readonly lastChanges: Readonly<Record<string, Change>>;
  readonly log: readonly LogEntry[];
}

/** Event `tick`, once a second. */
export interface Tick extends LivePart {
  readonly point: HistoryPoint;
}

/** Event `change`. */
export interface ChangeEvent {
  readonly change: Change;
  readonly settings: Settings;
  readonly rev: number;
}

/** Answer of `/api/history`. */
export interface HistoryAnswer {
  readonly stepMs: number;
  readonly columns: HistoryColumns;
  readonly marks: readonly Mark[];
}

/** A clip as `/api/clip` gives it. */
export type ClipJson = Omit<ShownClip, 'keypoint'> & { readonly keypoint: readonly number[] };
