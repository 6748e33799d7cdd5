import type { Axes, SampleShape, SampleTensor } from './sample.js';

export interface BatchShape extends SampleShape {
  readonly N: number;
}

/** One training batch. Local and remote iterators yield exactly this type. */
export interface Batch {
  /** float32 in C order: [N, C, T, V, M] or [N, K, M, T, V, C], as `axes` says. */
  readonly x: Float32Array;
  readonly shape: BatchShape;
  /** Order of the axes of x behind N. */
  readonly axes: Axes;
  /** Class numbers [N]. */
  readonly y: Int32Array;
  /** Codes of `ORIGIN_CODES` [N]: 0 real, 1 synthetic and fresh, 2 synthetic and replayed. */
  readonly origin: Uint8Array;
  /** Loss weights [N], 1 unless a mixer says otherwise. */
  readonly weight: Float32Array;
  /** Further tensors of the samples by name, with N in front of their shapes; absent where the profile has none. */
  readonly extras?: Readonly<Record<string, SampleTensor>>;
  /** Ids of the samples, in order [N]. */
  readonly ids: readonly string[];
  /** Number of the batch in the stream, from 0. */
  readonly seq: number;
  readonly epoch: number;
  /** Number of the batch within its epoch, from 0. */
  readonly step: number;
  /** Revision of the live settings that the batch was chosen under. */
  readonly rev: number;
  /** Share of synthetic samples: asked for at this batch, and achieved over the last 100 batches. */
  readonly ratio: { readonly target: number; readonly achieved: number };
  /** Counts within this batch. */
  readonly mix: { readonly real: number; readonly fresh: number; readonly replayed: number };
  /** When the batch was assembled, ms since the Unix epoch. */
  readonly madeAtMs: number;
}
