import type { Layout } from '../core/layout.js';
import type { BadClipOptions } from './bad-clips.js';
import type { Subset } from './subset.js';

/** How to open recordings, whatever the split. */
export interface RecordingsOptions {
  /** Another layout than the data set's own, e.g. with other joint names. */
  readonly layout?: Layout;
}

/** How to open a data set. `onError`, `maxBadClips` and `logger` govern `Dataset.clips`, and files that are no recordings. */
export interface OpenOptions extends BadClipOptions, RecordingsOptions {
  /** The data set's name of the split, or `train` and `val`. */
  readonly split: string;
  /** Seed of simulated data; recorded data ignores it. Default 0. */
  readonly seed?: number;
  /** Take some clips of each class only (`chooseClips`). Default: all. */
  readonly subset?: Subset | undefined;
}
