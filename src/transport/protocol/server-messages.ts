import type { Layout } from '../../core/layout.js';
import type { Axes } from '../../core/sample.js';
import type { Change, LiveSettings, ProfileFacts, Stall, Stats } from '../../core/source.js';
import type { Bye, PingPong, RequestId } from './client-messages.js';
import type { SessionMode } from './hello.js';
import type { DType, WireTensor } from './tensor.js';
import type { WireCode } from './wire-codes.js';

/** One entry of WELCOME's schema. */
export interface TensorSchema {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Answers HELLO: all that a consumer must know before the first batch. */
export interface Welcome {
  readonly k: 'WELCOME';
  readonly v: number;
  readonly session: string;
  readonly serverId: string;
  /** New at every start of the server. */
  readonly bootId: string;
  readonly host: string;
  readonly endpoints: readonly string[];
  readonly schema: readonly TensorSchema[];
  readonly dataset: string;
  readonly simulated: boolean;
  readonly model: string | null;
  readonly split: string;
  readonly layout: Layout;
  readonly classes: readonly string[];
  readonly profile: ProfileFacts;
  readonly fields: readonly string[];
  readonly axes: Axes;
  readonly epochBatches: number;
  readonly epochSize: number;
  readonly seed: number;
  readonly configHash: string;
  readonly logHash: string;
  readonly settings: LiveSettings;
  readonly rev: number;
  readonly pingMs: number;
  readonly timeoutMs: number;
  readonly leaseMs: number;
  readonly limits: { readonly maxCredit: number; readonly maxInboundBytes: number };
  /** The session's place: mode, group, and how many clips the split has that LIST and GET answer from. */
  readonly mode: SessionMode;
  readonly group: string;
  readonly size: number | null;
  /** Number of clips in each split of the data set, where the server knows. */
  readonly splits: Readonly<Record<string, number>>;
}

/** Answers STATE and SEEK: where the session's stream goes on, once everything before it is processed. */
export interface StateReply {
  readonly k: 'STATE';
  readonly requestId?: RequestId;
  readonly epoch: number;
  /** Batches of the epoch that are processed, and so the step to go on with. */
  readonly ackedStep: number;
  readonly rev: number;
  readonly logHash: string;
}

/** Header of a batch; the tensors' bytes are in it or in the frames behind it. */
export interface BatchHeader {
  readonly k: 'BATCH';
  readonly lease: number;
  readonly seq: number;
  readonly epoch: number;
  readonly step: number;
  readonly rev: number;
  readonly ratio: { readonly target: number; readonly achieved: number };
  readonly mix: { readonly real: number; readonly fresh: number; readonly replayed: number };
  readonly ids: readonly string[];
  readonly digest: string;
  readonly t: { readonly made: number; readonly sent: number };
  readonly tensors: readonly WireTensor[];
  readonly redelivered?: true;
}

/** The last batch of an epoch was sent. */
export interface End {
  readonly k: 'END';
  readonly epoch: number;
  readonly lastStep: number;
  /** Batches of the epoch that this session got. */
  readonly served: number;
  readonly next: number;
}

export interface Changed extends Change {
  readonly k: 'CHANGED';
  /** Digest of the group's log with this change. */
  readonly logHash?: string;
  readonly requestId?: RequestId;
}

export interface StatsReply {
  readonly k: 'STATS';
  readonly requestId: RequestId;
  readonly stats: Stats;
}

export interface Stalled extends Stall {
  readonly k: 'STALL';
}

export interface WireError {
  readonly k: 'ERROR';
  readonly code: WireCode;
  readonly message: string;
  readonly field?: string;
  readonly got?: unknown;
  readonly retry: 'never' | 'rehello' | number;
  readonly ref?: RequestId;
  readonly cause?: string;
}

/** What a server sends, but BATCH, SAMPLES and ITEMS, which carry payload frames (batch-frames.ts, sample-frames.ts). */
export type ServerMessage = Welcome | StateReply | End | Changed | StatsReply | Stalled | WireError | PingPong | Bye;
