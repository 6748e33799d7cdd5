import type { ClipShape, Provenance } from '../core/clip.js';

/** Where a clip that is shown comes from. */
export type ShownOrigin = 'real' | 'synthetic';

/** A clip that can be shown, by id. */
export interface ClipEntry {
  readonly id: string;
  /** Class number. */
  readonly label: number;
  readonly origin: ShownOrigin;
  /** When it was made or handed out, ms since the Unix epoch; null where it was not yet. */
  readonly seenAtMs: number | null;
}

/** A clip in its own coordinates, thinned for a page. */
export interface ShownClip extends ClipEntry {
  /** Frames a second of what is shown. */
  readonly fps: number;
  readonly shape: ClipShape;
  /** [M, T, V, C]; absent persons are zeros. */
  readonly keypoint: Float32Array;
  readonly provenance: Provenance;
  /** How a generated clip was sampled: sampler, steps, scales. */
  readonly sampling?: Readonly<Record<string, unknown>>;
  /** What the gate measured of a generated clip. */
  readonly quality?: Readonly<Record<string, number>>;
}

/** A clip that was made again from its id. */
export interface MadeAgain {
  readonly clip: ShownClip;
  /** Largest difference of a coordinate to the first one, in the clip's units; null where that one is no longer kept. */
  readonly maxDifference: number | null;
}

/** Real and synthetic clips to look at. */
export interface ClipViews {
  /** What can be shown of a class, the newest first. */
  list(origin: ShownOrigin, label: number): readonly ClipEntry[];
  /**
   * The clip, or undefined where there is none of this id, or it is no longer kept.
   * @throws DataError of a recording that can't be read
   */
  find(id: string): Promise<ShownClip | undefined>;
  /**
   * Makes a generated clip once more.
   * @throws ConfigError CONFIG_INVALID (not the id of a generated clip), CONFIG_CONFLICT (of another model, settings or seed; or
   *   one is being made); ModelError
   */
  regenerate(id: string, signal?: AbortSignal): Promise<MadeAgain>;
}
