import type { BatchSource, Stats } from '../core/source.js';
import type { BatchMeter } from './batch-meter.js';
import type { ClipViews } from './clip-views.js';
import type { LogTap } from './log-tap.js';

/** A consumer or a controlling program, as the page shows it. */
export interface PanelSession {
  readonly session: string;
  readonly name: string;
  readonly client: string;
  readonly lang: string;
  readonly mode: string;
  /** Batches it may still be sent. */
  readonly credit: number;
  /** Batches it was sent and has not acknowledged. */
  readonly leases: number;
  readonly batchesSent: number;
  /** ms since the Unix epoch. */
  readonly connectedAtMs: number;
  readonly silent: boolean;
}

/** A consumer came, fell silent, came back or went. */
export interface PanelSessionEvent {
  readonly type: 'opened' | 'silent' | 'back' | 'closed';
  readonly session: PanelSession;
  readonly reason?: string;
  readonly requeued: number;
}

/** What a panel shows and controls: a running stream. */
export interface PanelSubject {
  readonly source: Pick<BatchSource, 'info' | 'classShares' | 'settings' | 'rev' | 'nextSeq' | 'set' | 'onChange' | 'stall'>;
  /** Addresses for consumers. */
  readonly endpoints: readonly string[];
  /** Version of skelmix. */
  readonly version: string;
  stats(): Stats;
  sessions(): readonly PanelSession[];
  onSession(listener: (event: PanelSessionEvent) => void): () => void;
  readonly batches: BatchMeter;
  readonly log: LogTap;
  readonly clips: ClipViews;
}
