import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { DatasetItem } from '../dataset.js';
import { type JhmdbEntry, parseJhmdb, readJhmdbClip } from '../formats/jhmdb.js';
import type { RecordingsOptions } from '../open-options.js';
import { withFileSource } from './file-source.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { type Recordings, type RejectedFile, rejectFile, type SplitRule } from './recordings.js';

/** Frame rate of the videos that were annotated (HMDB51). */
const FPS = 30;
const CONVENTION: FileConvention = {
  name: 'jhmdb',
  title: 'JHMDB',
  pattern: /GT_(train|test)_(\d)\.pkl$/,
  example: 'GT_train_1.pkl',
  folder: 'the folder "JHMDB"',
  places: ['JHMDB', 'jhmdb', 'jhmdb-2d', 'data/JHMDB'],
};

/** The classes in the files of DD-Net, by name. */
const CLASSES = [
  ...['catch', 'clap', 'golf', 'jump', 'pick', 'pour', 'pullup'],
  ...['push', 'run', 'sit', 'stand', 'throw', 'walk', 'wave'],
] as const;

interface Sequence extends DatasetItem {
  readonly entry: JhmdbEntry;
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  readonly split: string;
}

/**
 * Opens the 2-D joints of JHMDB as DD-Net prepares them: `GT_train_{k}.pkl` and `GT_test_{k}.pkl` in a folder or one above it.
 * Splits: `split1/train`, `split1/val` and so on for each k that is there; `train`, `val` and `test` are those of the first. The
 * pickles are read without running anything in them, and their arrays stay in the file until a clip is read. No subjects.
 *
 * Source: Jhuang et al., ICCV 2013; Yang et al. (DD-Net), 2019.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED, FORMAT_TRUNCATED, LAYOUT_MISMATCH
 */
export async function openJhmdb(path: string, options: RecordingsOptions): Promise<Recordings<Sequence>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, name, options.layout);
  const { store, files } = await findRecordings(path, CONVENTION);
  const items: Sequence[] = [];
  const rejected: RejectedFile[] = [];
  for (const { stored, name: file, parts } of files) {
    const at = join(store.path, stored);
    const [part, number] = parts as [string, string];
    const split = `split${number}/${part === 'train' ? 'train' : 'val'}`;
    const { size: bytes } = await stat(at);
    let entries: readonly JhmdbEntry[] = [];
    try {
      entries = withFileSource(at, parseJhmdb, file);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      rejected.push({ id: file, error });
    }
    for (const [index, entry] of entries.entries()) {
      const id = `${part}${number}-${String(index).padStart(3, '0')}`;
      const label = (CLASSES as readonly string[]).indexOf(entry.label);
      if (label >= 0) items.push({ id, label, entry, path: at, file, bytes, split });
      else
        rejected.push(
          rejectFile(id, `${at}, label[${index}]`, `${JSON.stringify(entry.label)} is none of the classes ${CLASSES.join(', ')}`),
        );
    }
  }
  const numbers = [...new Set(files.map(({ parts }) => parts[1]!))].sort();
  const splits: Record<string, SplitRule<Sequence>> = {};
  for (const number of numbers)
    for (const [part, aliases] of [
      ['train', ['train']],
      ['val', ['val', 'test']],
    ] as const) {
      const own = `split${number}/${part}`;
      splits[own] = { aliases: number === numbers[0] ? aliases : [], has: ({ split }) => split === own };
    }
  return {
    name,
    layout,
    classes: CLASSES,
    fps: FPS,
    // Its normalised coordinates count from about the body.
    space: 'centred',
    splits,
    items,
    rejected,
    leftOut: [],
    fingerprint: ({ id, file, bytes }) => `${id} ${file} ${bytes}`,
    read: async ({ id, label, entry, path: at, file }) =>
      withFileSource(at, (source) => readJhmdbClip(source, entry, { dataset: name, id, label, file, layout, fps: FPS }), file),
  };
}
