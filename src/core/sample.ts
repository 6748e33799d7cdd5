import type { Provenance } from './clip.js';

/** Where a sample comes from. `replayed` is a synthetic sample that was handed out before. */
export type Origin = 'real' | 'synthetic' | 'replayed';

/** Numbers of the origins on the wire (`batch.origin`, uint8). */
export const ORIGIN_CODES: Readonly<Record<Origin, number>> = { real: 0, synthetic: 1, replayed: 2 };

/** Axis sizes of a sample as recognizers take it: C, T, V, M. */
export interface SampleShape {
  readonly C: number;
  readonly T: number;
  readonly V: number;
  readonly M: number;
}

/** A further tensor of a sample, beside x. */
export interface SampleTensor {
  readonly dtype: '<f4' | '<i8';
  /** Axis sizes; none for a single number. */
  readonly shape: readonly number[];
  /** Values in C order: floats for `<f4`, whole numbers for `<i8`. */
  readonly data: Float32Array | Int32Array;
}

/** One clip after the recognizer's transforms, ready to stand in a batch. Real and synthetic are the same type. */
export interface Sample {
  readonly id: string;
  /** [C, T, V, M] float32, C-order. Read-only by agreement: samples are cached and shared. */
  readonly x: Float32Array;
  readonly shape: SampleShape;
  readonly label: number;
  readonly origin: Origin;
  readonly provenance: Provenance;
  /** Further tensors by name, the same names and shapes for every sample of a stream. */
  readonly extras?: Readonly<Record<string, SampleTensor>>;
}
