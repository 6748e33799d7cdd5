import type { ClipShape, Provenance } from './clip.js';

/** Where a sample comes from. `replayed` is a synthetic sample that was handed out before. */
export type Origin = 'real' | 'synthetic' | 'replayed';

/** Numbers of the origins on the wire (`batch.origin`, uint8). */
export const ORIGIN_CODES: Readonly<Record<Origin, number>> = { real: 0, synthetic: 1, replayed: 2 };

/**
 * Order of the axes of a sample's x, outermost first: channels, frames, joints, persons as ST-GCN and its kin take them, or clips,
 * persons, frames, joints, channels as PYSKL does.
 */
export type Axes = 'CTVM' | 'KMTVC';

/** Axis sizes of a sample as recognizers take it: C, T, V, M, and K clips of one recording. */
export interface SampleShape {
  /** Clips of a sample: 1 but where a recognizer is tested on several clips of one recording. */
  readonly K: number;
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

/** What is known of a further tensor before there is a sample. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: SampleTensor['dtype'];
  /** Axis sizes within one sample. */
  readonly shape: readonly number[];
}

/**
 * A clip after the part of a profile that draws nothing: what caches keep, and what samples are drawn from. Only the profile that
 * made it knows the order of its values.
 */
export interface Prepared {
  readonly id: string;
  readonly label: number;
  readonly provenance: Provenance;
  /** Read-only by agreement. */
  readonly x: Float32Array;
  /** Sizes of what x holds; T counts the frames that are valid. */
  readonly shape: ClipShape;
  /** Place of the first frame in the recording, where the profile needs it. */
  readonly firstFrame?: number;
  /** True where the coordinates are stored as float16, where the profile tells. */
  readonly half?: boolean;
}

/** What the random part of a sample is a function of, beside the clip's id: the same key gives the same sample again. */
export interface SampleKey {
  readonly seed: number;
  /** Round of the data set, epoch, or how often a clip was handed out. */
  readonly round: number | string;
}

/** One clip after the recognizer's transforms, ready to stand in a batch. Real and synthetic are the same type. */
export interface Sample {
  readonly id: string;
  /** float32 in C order, axes as the profile says: [C, T, V, M] or [K, M, T, V, C]. Read-only by agreement: it may be shared. */
  readonly x: Float32Array;
  readonly shape: SampleShape;
  readonly label: number;
  readonly origin: Origin;
  readonly provenance: Provenance;
  /** Further tensors by name, the same names and shapes for every sample of a stream. */
  readonly extras?: Readonly<Record<string, SampleTensor>>;
}

/** Sizes of x in the order of its axes. */
export function axisSizes({ K, C, T, V, M }: SampleShape, axes: Axes): number[] {
  return axes === 'CTVM' ? [C, T, V, M] : [K, M, T, V, C];
}
