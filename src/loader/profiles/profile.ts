import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';
import type { Axes, Origin, Prepared, Sample, SampleKey, SampleShape, TensorSpec } from '../../core/sample.js';
import type { ProfileFacts } from '../../core/source.js';
import type { BodyChoice, ClipSpace } from '../dataset.js';

/** Whether samples are drawn for training, or are to be the same each time, for a test. */
export type Phase = ProfileFacts['phase'];

/** What decides a profile. Plain data: a worker makes the same profile from it. */
export interface ProfileOptions {
  /** One of `PROFILE_NAMES`; default `plain`. */
  readonly name?: string;
  /** Arguments in the recognizer's own words; others have the defaults of its published configuration. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** Layout of the clips that come in. */
  readonly layout: Layout;
  /** Default `train`. */
  readonly phase?: Phase;
  /** What was done to the clips before they were stored; default `recorded`. */
  readonly space?: ClipSpace;
}

/**
 * The transforms that make samples for a recognizer out of clips, real and synthetic alike, in two steps: `prepare` draws nothing
 * and can be kept, `finish` is cheap and a function of its key.
 */
export interface Profile extends ProfileFacts {
  readonly options: ProfileOptions;
  /** Shape of every sample. */
  readonly shape: SampleShape;
  readonly axes: Axes;
  /** The tuple that the recognizer's own data set yields. */
  readonly fields: readonly string[];
  /** Tensors of every sample beside x. */
  readonly extras: readonly TensorSpec[];
  /** Who of the bodies in a recording is in the clips that `prepare` takes: `Dataset.read` is asked for them. */
  readonly bodies: BodyChoice;
  /**
   * The part that draws nothing; pure, copies.
   * @throws DataError LAYOUT_MISMATCH, CLIP_EMPTY
   */
  prepare(clip: Clip): Prepared;
  /**
   * One sample. What it draws is a pure function of the key and the clip's id; x may be that of `prepared` where nothing changes.
   * @param partner the clip that `partnerOf` asked for; without it the sample is made without one
   */
  finish(prepared: Prepared, key: SampleKey, origin: Origin, partner?: Prepared): Sample;
  /**
   * Where a sample of this key takes something over from another clip of its class: which one, as a place in [0, 1) among the
   * clips of the class. Undefined where it needs none.
   */
  partnerOf?(prepared: Prepared, key: SampleKey): number | undefined;
}
