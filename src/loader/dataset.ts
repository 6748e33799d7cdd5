import type { Clip } from '../core/clip.js';
import type { Layout } from '../core/layout.js';
import type { DatasetDescription } from './dataset-description.js';
import type { Subset } from './subset.js';

/** What is known of a clip before it is read. */
export interface DatasetItem {
  /** Unique within the data set. */
  readonly id: string;
  /** Class number, 0-based. */
  readonly label: number;
  /** Who performs it, as the data set names people; absent where it names none. */
  readonly subject?: string;
  /** Which camera saw it, as the data set names views. */
  readonly view?: string;
  /** Where the cameras stood, as the data set names its setups. */
  readonly setup?: string;
}

/** All that a worker needs to open the same data set by itself. Plain data. */
export interface DatasetDescriptor {
  readonly spec: string;
  readonly split: string;
  readonly seed: number;
  readonly layout?: Layout;
  readonly subset?: Subset;
}

/**
 * What was done to clips before they were stored. `recorded`: nothing. `ctrgcn`: CTR-GCN's preparation, frames without anybody
 * left out and one joint moved to the origin. `infogcn`: that, and each person turned. `agcn`: 2s-AGCN's, each frame centred and the body turned. `shares`: image
 * coordinates in shares of the picture. `centred`: those, counted from its middle.
 */
export type ClipSpace = 'recorded' | 'ctrgcn' | 'infogcn' | 'agcn' | 'shares' | 'centred';

/**
 * Who of the bodies in a recording becomes a person of the clip, where the recording holds more than the actors: sensors lose people,
 * take them up under new numbers, and see people in chairs. `actors`: tracks that look like actors, each frame in its place. The others
 * are what the data preparations of these recognizers choose, so that their profiles give their numbers. Data sets whose recordings
 * hold persons only give the same clip for all of them.
 */
export type BodyChoice = 'actors' | 'ctrgcn' | 'pyskl' | 'stgcn' | 'agcn';

/** One split of a data set: clips by index. */
export interface Dataset {
  readonly name: string;
  /** True where the clips are simulated, not recorded. */
  readonly simulated: boolean;
  /** The data set's own spelling of the split, e.g. `xsub/train`. */
  readonly split: string;
  /** Number of clips in each split of the data set. */
  readonly splitSizes: Readonly<Record<string, number>>;
  readonly layout: Layout;
  /** Class names by number. */
  readonly classes: readonly string[];
  /** How the clips were chosen, where not all of the split were asked for. */
  readonly subset?: Subset;
  /** Changes when the clips of this split change: names and sizes of the files, or what simulates them. */
  readonly digest: string;
  readonly fps: number;
  /** Default `recorded`. */
  readonly space?: ClipSpace;
  readonly items: readonly DatasetItem[];
  readonly descriptor: DatasetDescriptor;
  /**
   * Reads one clip; every call gives a new one.
   * @param bodies default `actors`
   * @throws DataError for a clip that can't be used
   */
  read(index: number, bodies?: BodyChoice): Promise<Clip>;
  /**
   * Every usable clip once, in the order of `items`; bad ones as the `onError` of `openDataset` says.
   * @throws DataError of the bad clip, or TOO_MANY_BAD_FILES
   */
  clips(): AsyncIterableIterator<Clip>;
  /** Reads everything and counts it, for `skelmix inspect`. Never throws for a bad clip: it is listed. */
  describe(): Promise<DatasetDescription>;
}
