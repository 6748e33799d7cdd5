/** Axis sizes of a clip: persons M, frames T, joints V, coordinates C. */
export interface ClipShape {
  readonly M: number;
  readonly T: number;
  readonly V: number;
  readonly C: number;
}

/** How a clip came to be: enough to make it again. */
export type Provenance =
  | { readonly kind: 'recorded'; readonly dataset: string; readonly file: string }
  | { readonly kind: 'simulated'; readonly dataset: string; readonly seed: number; readonly index: number }
  | {
      readonly kind: 'generated';
      /** Model name and version, e.g. `utd-mhad@1f0c9a2e`. */
      readonly model: string;
      readonly seed: number;
      readonly index: number;
      /** Sampler, steps and scales, as the generator names them. */
      readonly settings: string;
      /** Id of the training clip that was noised and denoised, in variation mode. */
      readonly source?: string;
    };

/** One labelled skeleton sequence in its own coordinates, before any recognizer's transforms. */
export interface Clip {
  /** Unique within the data set; a generated clip's id says how to make it again. */
  readonly id: string;
  /** [M, T, V, C] float32, C-order; metres for 3-D layouts. Absent persons are zeros. */
  readonly keypoint: Float32Array;
  readonly shape: ClipShape;
  /** Class number, 0-based. */
  readonly label: number;
  /** Name of the layout (core/layout.ts). */
  readonly layout: string;
  /** Frames a second of the recording. */
  readonly fps: number;
  /** How sure the recording is of each joint [M, T, V], 0 for not seen; only where it says so. */
  readonly score?: Float32Array;
  /** Height and width of the picture that pixels are of; only where the recording says so. */
  readonly picture?: readonly [number, number];
  /** True where the coordinates are stored as float16, and a recognizer's own loader computes with them as such. */
  readonly half?: boolean;
  /** Number of the first frame in the recording, where frames before it are left out. */
  readonly firstFrame?: number;
  /** Places for persons in the recording, where that is more than are ever filled. */
  readonly places?: number;
  readonly provenance: Provenance;
}
