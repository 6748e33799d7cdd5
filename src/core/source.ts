import type { Batch, BatchShape } from './batch.js';
import type { GateKey } from './gate-criteria.js';
import type { GuidanceKey } from './guidance-scales.js';
import type { Layout } from './layout.js';
import type { RatioSchedule } from './ratio-schedule.js';
import type { Axes, Sample, TensorSpec } from './sample.js';

/**
 * Real samples by index. Index k counts the real samples of the stream from 0; which clip that is, is a pure function of
 * (seed, k): one continuing shuffled cycle, so that no clip comes twice before all came once.
 */
export interface RealSource {
  /** Number of different clips. */
  readonly size: number;
  /** Share of each class among the clips; sums to 1. */
  readonly classShares: readonly number[];
  /**
   * Sample k of the given cycle. `'main'` is the stream; `'substitute'` is a cycle of its own for slots that a short
   * generator left empty, so that substitutes never shift the main one. Answers at once when the sample is cached.
   */
  read(index: number, cycle: 'main' | 'substitute'): Sample | Promise<Sample>;
}

/** Synthetic samples by class, out of a bounded cache that somebody fills. Calls never block, except `waitFor`. */
export interface SyntheticSource {
  /** A sample that nobody had yet (origin `synthetic`), or undefined. */
  takeFresh(label: number): Sample | undefined;
  /** One that was handed out before and may be again (origin `replayed`), or undefined. */
  takeReplay(label: number): Sample | undefined;
  /** Resolves when a fresh sample of the class is there; also tells the filler that the class is wanted. Rejects on abort. */
  waitFor(label: number, signal: AbortSignal): Promise<void>;
  /**
   * Makes the samples of these elements, in their order: the same element always gives the same sample, bit for bit where it is
   * asked for among the same others. Only in sources for exact streams, which take samples in no other way.
   */
  read?(elements: readonly SyntheticElement[], signal: AbortSignal): Promise<readonly Sample[]>;
  /** Says which share of the samples each class will have from now on; for sources that keep some ready. */
  expect?(classShares: readonly number[]): void;
}

/** A synthetic element of a stream. */
export interface SyntheticElement {
  /** Its number among all elements of the stream, real and synthetic, from 0. */
  readonly index: number;
  readonly label: number;
}

/**
 * Settings that may change while the stream runs. The control channel takes these and nothing else. The thresholds of the quality
 * gate (core/gate-criteria.ts), 0 to 0.5, are there only where the stream has a gate, the scales of guidance
 * (core/guidance-scales.ts), 0 to 20, where its model can be guided so.
 */
export interface LiveSettings extends Readonly<Partial<Record<GateKey | GuidanceKey, number>>> {
  /** Share of synthetic samples in [0, 1]. Where there is a schedule, what counts is that. */
  readonly ratio: number;
  /** A paused stream builds no batches. */
  readonly paused: boolean;
  /** The ratio over time; null or absent: there is none. A change of the ratio ends it. */
  readonly schedule?: RatioSchedule | null;
  /** What the synthetic samples of each class weigh against each other, in hundredths; null or absent: as configured. */
  readonly classWeights?: readonly number[] | null;
}

export type LiveKey = keyof LiveSettings;

/** What a live setting may hold. */
export type LiveValue = Required<LiveSettings>[LiveKey];

/** One accepted change of a live setting. */
export interface Change {
  /** Revision after the change; the first change makes 1. */
  readonly rev: number;
  readonly key: LiveKey;
  readonly value: LiveValue;
  /** First batch that is chosen under the new value. */
  readonly effectiveSeq: number;
  /** Who asked. */
  readonly by: string;
}

/** Why a batch is late. */
export type StallCode = 'generator_slow' | 'paused' | 'source_slow' | 'peer_slow' | 'limiter_closed';

export interface Stall {
  readonly code: StallCode;
  readonly sinceMs: number;
  readonly hint: string;
}

/** What a stream says of its profile. */
export interface ProfileFacts {
  readonly name: string;
  /** Changes when samples would come out differently. */
  readonly digest: string;
  readonly phase: 'train' | 'test';
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a consumer must know before the first batch. */
export interface StreamInfo {
  readonly dataset: string;
  /** True where the "real" samples are simulated too (puppet): shown wherever the stream is. */
  readonly simulated: boolean;
  /** Name and version of the generator's model, null where nothing is synthesised. */
  readonly model: string | null;
  readonly split: string;
  readonly layout: Layout;
  readonly classes: readonly string[];
  readonly batchShape: BatchShape;
  /** The recognizer's transforms: name, digest of all that decides them, phase, and every argument with its value. */
  readonly profile: ProfileFacts;
  /** The tuple that the recognizer's own data set yields, e.g. `['x', 'y', 'index']`. */
  readonly fields: readonly string[];
  /** Order of the axes of x behind N. */
  readonly axes: Axes;
  /** Further tensors of each sample, in the order in which a batch carries them. */
  readonly extras: readonly TensorSpec[];
  /** Batches and samples of one epoch. */
  readonly epochBatches: number;
  readonly epochSize: number;
  readonly seed: number;
  /** Digest of every static setting that decides what the stream holds. */
  readonly configHash: string;
}

/** Counters and gauges by dotted name, e.g. `mix.replayed`, `generator.clipsPerSecond`. */
export type Stats = Readonly<Record<string, number | string | boolean>>;

/** A stream of batches on demand, as the mixer offers it to the transport and to local loops. */
export interface BatchSource {
  readonly info: StreamInfo;
  readonly settings: LiveSettings;
  readonly rev: number;
  /** Number that the next call of `next` will build. */
  readonly nextSeq: number;
  /** Builds one more batch. Calls may overlap; batches come out in the order of the calls. Rejects on abort. */
  next(signal?: AbortSignal): Promise<Batch>;
  /**
   * Gives a batch back whose arrays nobody reads any more: the source may fill them again. For those who can be sure, such as
   * a server whose consumer has acknowledged it; everybody else leaves that to the garbage collector.
   */
  recycle?(batch: Batch): void;
  /**
   * Changes a live setting from the next unbuilt batch on.
   * @throws ConfigError CONFIG_INVALID (value out of range, unknown key), CONFIG_CONFLICT (`ifRev` is not the current revision)
   */
  set(key: string, value: unknown, by: string, ifRev?: number): Change;
  /** Calls the listener at every accepted change; returns the way to stop that. */
  onChange(listener: (change: Change) => void): () => void;
  /** Why `next` is waiting, or null. */
  stall(): Stall | null;
  stats(): Stats;
  /** First batch that a change made now would apply to. */
  readonly changeSeq?: number;
  /** Share of each class among the real clips, and among the synthetic samples as long as no weights are set; where known. */
  readonly classShares?: { readonly real: readonly number[]; readonly synthetic: readonly number[] };
  /**
   * Moves the stream, so that it goes on as if it had always been under the log of the place. Only while no call of `next` is open.
   * Listeners hear the last change of each setting whose value moves by it.
   * @throws InternalError while a batch is asked for, or for a log that goes back
   */
  restart?(place: StreamPlace): void;
  /**
   * Calls the guard with each change that was checked, before it takes effect; what the guard throws refuses the change. Returns
   * the way to stop that.
   */
  guardChanges?(guard: (change: Change) => void): () => void;
  /** Takes what a trainer says of the classes. */
  feedback?(feedback: Feedback): void;
}

/** A place in a stream, with all that decides what is chosen from it on. */
export interface StreamPlace {
  /** Batch that is built next. */
  readonly seq: number;
  /** Settings of batch 0; default: those that the stream was made with. */
  readonly settings?: LiveSettings;
  /** Every change that the stream ever had, in the order of `rev` from 1 on. */
  readonly log: readonly Change[];
  /** First batch that later changes may apply to; default `seq`. */
  readonly floor?: number;
}

/** What is measured of each class while a recognizer is trained. */
export const FEEDBACK_KINDS = ['loss', 'accuracy', 'entropy'] as const;

export type FeedbackKind = (typeof FEEDBACK_KINDS)[number];

/** A trainer's word on how well it does with each class. */
export interface Feedback {
  readonly kind: FeedbackKind;
  /** One value a class of the stream, null where the trainer has none. */
  readonly values: readonly (number | null)[];
  /** The trainer's own step. */
  readonly step: number;
  /** Who says so. */
  readonly by: string;
}

/** What a consumer asks of a stream before its first batch. */
export interface StreamRequest {
  /** Name and arguments of the recognizer's profile; default: the configured one. */
  readonly profile?: { readonly name?: string; readonly args?: Readonly<Record<string, unknown>> };
  /** `train`, `test` or the data set's own spelling; default: the configured split. */
  readonly split?: string;
}

/** A split by index, deterministic and always purely real. */
export interface IndexedSource {
  readonly info: StreamInfo;
  /** Number of clips. */
  readonly size: number;
  /** Class numbers [size]. */
  readonly labels: Int32Array;
  /** Ids of the clips [size]. */
  readonly names: readonly string[];
  /** Sample `index` of an epoch: the same (seed, epoch, index) gives the same sample. */
  read(index: number, epoch: number): Sample | Promise<Sample>;
}

/** What a request opened. */
export interface OpenedStream {
  /** Batches from number 0 on, independent of every other opened stream; null where the split is no training split. */
  readonly source: BatchSource | null;
  readonly items: IndexedSource;
  /** Closes what was opened for this request alone. Idempotent. */
  close(): Promise<void>;
}

/** One data set that streams can be opened on. */
export interface StreamProvider {
  /** The stream that is always there: configured profile and split. */
  readonly main: BatchSource;
  /** Number of clips in each split, where known. */
  readonly splits?: Readonly<Record<string, number>>;
  /**
   * Opens a stream as requested.
   * @throws ConfigError CONFIG_INVALID or CONFIG_CONFLICT with `details.field` where the request can't be met
   */
  open(request: StreamRequest): Promise<OpenedStream>;
}
