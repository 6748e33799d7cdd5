import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import type { BodyChoice, ClipSpace, DatasetItem } from '../dataset.js';

/** One split: which clips belong to it. Splits may overlap, e.g. `xsub/train` and `xview/train`. */
export interface SplitRule<Item extends DatasetItem> {
  /** Other names of it. `train` and `val` should be among those of a data set's splits. */
  readonly aliases?: readonly string[];
  has(item: Item): boolean;
}

/** A file that looks like a recording and can't be one. */
export interface RejectedFile {
  readonly id: string;
  readonly error: DataError;
}

/** A file of a name that no recording has. */
export function rejectFile(id: string, path: string, what: string): RejectedFile {
  return { id, error: new DataError('FORMAT_UNSUPPORTED', `${path}: ${what}`, { details: { file: path, place: 'name' } }) };
}

/** Clips that a data set's own rules leave out, e.g. for a list of incomplete recordings. */
export interface LeftOut {
  readonly reason: string;
  readonly ids: readonly string[];
}

/** A recorded data set, whatever the split. */
export interface Recordings<Item extends DatasetItem = DatasetItem> {
  readonly name: string;
  readonly layout: Layout;
  /** Class names by number. */
  readonly classes: readonly string[];
  readonly fps: number;
  /** What was done to the clips before they were stored; default `recorded`. */
  readonly space?: ClipSpace;
  /** By the data set's own name of the split. */
  readonly splits: Readonly<Record<string, SplitRule<Item>>>;
  /** All clips, of all splits. */
  readonly items: readonly Item[];
  readonly rejected: readonly RejectedFile[];
  readonly leftOut: readonly LeftOut[];
  /** What changes when the clip changes, as far as it is known without reading it. */
  fingerprint(item: Item): string;
  /**
   * Reads one clip; every call gives a new one.
   * @param bodies for recordings that hold more bodies than actors; default `actors`
   * @throws DataError
   */
  read(item: Item, bodies?: BodyChoice): Promise<Clip>;
}
