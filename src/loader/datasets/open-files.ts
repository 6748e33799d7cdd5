import { join } from 'node:path';
import type { Clip } from '../../core/clip.js';
import type { DatasetItem } from '../dataset.js';
import type { RecordingFacts } from '../formats/create-clip.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, type FoundFile, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { type Recordings, type RejectedFile, rejectFile } from './recordings.js';

/** A recording that is a file of its own. */
export interface FileItem extends DatasetItem {
  /** Its name in the store, and the part of it that is the same wherever the data set lies. */
  readonly stored: string;
  readonly file: string;
  readonly bytes: number;
}

/** A file whose name looks like that of a recording, and why it can't be one. */
export interface WrongFile {
  readonly id: string;
  readonly wrong: string;
}

/** A data set of recordings that are a file each. */
export interface FilesOf<Item extends FileItem> {
  readonly convention: FileConvention;
  /** Name of the layout, unless another one is given. */
  readonly layout: string;
  readonly classes: readonly string[];
  readonly fps: number;
  readonly splits: Recordings<Item>['splits'];
  /** Those of the files that are recordings; default all. */
  readonly choose?: (files: readonly FoundFile[]) => readonly FoundFile[];
  /** What the name of a file says of its recording. */
  readonly itemOf: (file: FoundFile) => Omit<Item, 'stored' | 'file' | 'bytes'> | WrongFile;
  /** Order of the clips; default: that of their ids. */
  readonly order?: (a: Item, b: Item) => number;
  /** @throws DataError */
  readonly parse: (bytes: Uint8Array, facts: RecordingFacts) => Clip;
}

/**
 * Opens a data set of recordings that are a file each, in a folder or an archive.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), LAYOUT_MISMATCH
 */
export async function openFiles<Item extends FileItem>(
  path: string,
  options: RecordingsOptions,
  of: FilesOf<Item>,
): Promise<Recordings<Item>> {
  const { convention, classes, fps, splits, choose, itemOf, order, parse } = of;
  const { name } = convention;
  const layout = await layoutOf(name, of.layout, options.layout);
  const { store, files } = await findRecordings(path, convention);
  const items: Item[] = [];
  const rejected: RejectedFile[] = [];
  for (const file of choose?.(files) ?? files) {
    const found = itemOf(file);
    const { stored, name: own, bytes } = file;
    if ('wrong' in found) rejected.push(rejectFile(found.id, join(store.path, stored), found.wrong));
    else items.push({ ...found, stored, file: own, bytes } as Item);
  }
  return {
    name,
    layout,
    classes,
    fps,
    splits,
    items: items.sort(order ?? ((a, b) => (a.id < b.id ? -1 : 1))),
    rejected,
    leftOut: [],
    fingerprint: ({ file, bytes }) => `${file} ${bytes}`,
    read: async ({ id, label, stored, file }) => parse(await store.read(stored), { dataset: name, id, label, file, layout, fps }),
  };
}
