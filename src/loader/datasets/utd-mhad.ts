import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { Dataset, DatasetItem } from '../dataset.js';
import { describeDataset } from '../describe-dataset.js';
import { parseUtdMhad, UTD_MHAD_FPS } from '../formats/utd-mhad.js';
import { loadLayout } from '../load-layout.js';
import type { OpenOptions } from '../open-options.js';
import { type FileStore, isArchive, openArchive, openFolder } from './file-store.js';
import { iterateClips } from './iterate-clips.js';
import { resolveSplit } from './resolve-split.js';
import { UTD_MHAD_CLASSES } from './utd-mhad-classes.js';

const NAME = 'utd-mhad';
const FILE_NAME = /^a(\d+)_s(\d+)_t(\d+)_skeleton\.mat$/;
/** Places of the recordings below a given folder, as the data set is usually unpacked. */
const USUAL_PLACES = [
  '',
  'Skeleton',
  'Skeleton.tar.gz',
  'Skeleton.tar',
  'utd-mhad',
  'utd-mhad/Skeleton',
  'utd-mhad/Skeleton.tar.gz',
];

interface Recording extends DatasetItem {
  readonly file: string;
  readonly bytes: number;
  readonly action: number;
  readonly person: number;
  readonly trial: number;
}

/**
 * Opens UTD-MHAD's skeleton recordings: a folder of `a{action}_s{subject}_t{trial}_skeleton.mat`, a folder that holds that one
 * or `Skeleton.tar.gz`, or the archive itself. Splits: `xsub/train` (odd subjects), `xsub/val` (even ones); `train`, `val`
 * and `test` are aliases. Clips in the order of action, subject and trial.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), SPLIT_UNKNOWN, LAYOUT_MISMATCH
 */
export async function openUtdMhad(path: string, spec: string, options: OpenOptions): Promise<Dataset> {
  const split = resolveSplit(options.split, NAME, { 'xsub/train': ['train'], 'xsub/val': ['val', 'test'] });
  const layout = options.layout ?? (await loadLayout(NAME));
  if (layout.channels !== 3)
    throw new DataError(
      'LAYOUT_MISMATCH',
      `${NAME} has 3 coordinates a joint, the layout "${layout.name}" has ${layout.channels}`,
    );
  const store = await findStore(path);
  const recordings = listRecordings(store);
  const inSplit = (name: string) => recordings.filter(({ person }) => (person % 2 === 1) === (name === 'xsub/train'));
  const chosen = inSplit(split);
  const items: DatasetItem[] = chosen.map(({ id, label, subject }) => ({ id, label, subject }));
  const hash = createHash('sha256').update(`${NAME} ${split} ${layout.name}\n`);
  for (const { file, bytes } of chosen) hash.update(`${file} ${bytes}\n`);

  const read = async (index: number) => {
    const { id, label, file } = chosen[index]!;
    return parseUtdMhad(await store.read(file), { id, label, file, layout });
  };
  const dataset: Omit<Dataset, 'describe'> = {
    name: NAME,
    simulated: false,
    split,
    splitSizes: { 'xsub/train': inSplit('xsub/train').length, 'xsub/val': inSplit('xsub/val').length },
    layout,
    classes: UTD_MHAD_CLASSES,
    digest: hash.digest('hex').slice(0, 16),
    fps: UTD_MHAD_FPS,
    items,
    descriptor: { spec, split, seed: options.seed ?? 0, layout },
    read,
    clips: () => iterateClips(items, read, options),
  };
  return { ...dataset, describe: () => describeDataset(dataset) };
}

async function findStore(path: string): Promise<FileStore> {
  const given = await stat(path).catch(() => undefined);
  if (!given)
    throw new DataError(
      'DATA_PATH_MISSING',
      `UTD-MHAD is not at ${path}: give the folder "Skeleton" that holds a1_s1_t1_skeleton.mat and so on, a folder above it, or Skeleton.tar.gz (utd-mhad:PATH)`,
      { details: { path } },
    );
  if (!given.isDirectory()) {
    if (isArchive(path)) return openArchive(path);
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${path} is neither a folder nor a .tar.gz; give the folder "Skeleton" or Skeleton.tar.gz`,
      {
        details: { path },
      },
    );
  }
  for (const place of USUAL_PLACES) {
    const at = join(path, place);
    const found = await stat(at).catch(() => undefined);
    if (!found) continue;
    if (!found.isDirectory()) return openArchive(at);
    const store = await openFolder(at);
    if (store.files.some(({ name }) => FILE_NAME.test(name))) return store;
  }
  throw nothingFound(path, await readdir(path));
}

function nothingFound(path: string, names: readonly string[]): DataError {
  const some = names.slice(0, 8).join(', ');
  const found =
    names.length === 0 ? 'it is empty' : `it holds ${some}${names.length > 8 ? `, ... (${names.length} in all)` : ''}`;
  return new DataError(
    'FORMAT_UNSUPPORTED',
    `${path} holds no file like a1_s1_t1_skeleton.mat and no Skeleton.tar.gz: ${found}; give the folder "Skeleton" of UTD-MHAD`,
    { details: { path, found: names.slice(0, 100) } },
  );
}

function listRecordings(store: FileStore): Recording[] {
  const recordings: Recording[] = [];
  for (const { name, bytes } of store.files) {
    const match = FILE_NAME.exec(name);
    if (!match) continue;
    const [action, person, trial] = match.slice(1).map(Number) as [number, number, number];
    if (action < 1 || action > UTD_MHAD_CLASSES.length)
      throw new DataError(
        'FORMAT_UNSUPPORTED',
        `${join(store.path, name)}: UTD-MHAD has the actions 1 to ${UTD_MHAD_CLASSES.length}, the name says ${action}`,
        { details: { path: store.path, file: name } },
      );
    const id = basename(name, '_skeleton.mat');
    recordings.push({ id, label: action - 1, subject: `s${person}`, file: name, bytes, action, person, trial });
  }
  if (recordings.length === 0)
    throw nothingFound(
      store.path,
      store.files.map(({ name }) => name),
    );
  return recordings.sort((a, b) => a.action - b.action || a.person - b.person || a.trial - b.trial);
}
