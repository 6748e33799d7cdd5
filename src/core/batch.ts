import type { SampleShape } from './sample.js';

export interface BatchShape extends SampleShape {
  readonly N: number;
}

/** One training batch. Local and remote iterators yield exactly this type. */
export interface Batch {
  /** [N, C, T, V, M] float32, C-order. */
  readonly x: Float32Array;
  readonly shape: BatchShape;
  /** Class numbers [N]. */
  readonly y: Int32Array;
  /** Codes of `ORIGIN_CODES` [N]: 0 real, 1 synthetic and fresh, 2 synthetic and replayed. */
  readonly origin: Uint8Array;
  /** Loss weights [N], 1 unless a mixer says otherwise. */
  readonly weight: Float32Array;
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
