import type { NamedArray } from '../../engine/engine.js';
import type { GateBounds } from '../gate/gate-bounds.js';
import type { ImageSpec } from '../model/manifest.js';

/** The outcome of a training: averaged weights and how they came to be. */
export interface TrainedNetwork {
  /** Key in the manifest's `networks`, and name of the file. */
  readonly kind: 'denoiser' | 'early' | 'st-trans' | 'gate';
  readonly architecture: Readonly<Record<string, number | string>>;
  readonly weights: Readonly<Record<string, NamedArray>>;
  readonly image: ImageSpec;
  readonly training: Readonly<Record<string, number | string>>;
  /** What the training clips measure; of a gate only. */
  readonly gate?: GateBounds;
}
