import { basename, join } from 'node:path';
import type { DatasetItem } from '../dataset.js';
import { parseUtdMhad } from '../formats/utd-mhad.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { type Recordings, type RejectedFile, rejectFile } from './recordings.js';
import { UTD_MHAD_CLASSES } from './utd-mhad-classes.js';

/** Kinect v1 records about 30 frames a second. */
const FPS = 30;
const CONVENTION: FileConvention = {
  name: 'utd-mhad',
  title: 'UTD-MHAD',
  pattern: /a(\d+)_s(\d+)_t(\d+)_skeleton\.mat$/,
  example: 'a1_s1_t1_skeleton.mat',
  folder: 'the folder "Skeleton"',
  places: ['Skeleton', 'Skeleton.tar.gz', 'Skeleton.tar', 'utd-mhad', 'utd-mhad/Skeleton', 'utd-mhad/Skeleton.tar.gz'],
};

interface Recording extends DatasetItem {
  readonly stored: string;
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
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), LAYOUT_MISMATCH
 */
export async function openUtdMhad(path: string, options: RecordingsOptions): Promise<Recordings<Recording>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, name, options.layout);
  const { store, files } = await findRecordings(path, CONVENTION);
  const items: Recording[] = [];
  const rejected: RejectedFile[] = [];
  for (const { stored, name: file, bytes, parts } of files) {
    const [action, person, trial] = parts.map(Number) as [number, number, number];
    const id = basename(file, '_skeleton.mat');
    if (action >= 1 && action <= UTD_MHAD_CLASSES.length)
      items.push({ id, label: action - 1, subject: `s${person}`, stored, file, bytes, action, person, trial });
    else
      rejected.push(
        rejectFile(
          id,
          join(store.path, stored),
          `UTD-MHAD has the actions 1 to ${UTD_MHAD_CLASSES.length}, the name says ${action}`,
        ),
      );
  }
  return {
    name,
    layout,
    classes: UTD_MHAD_CLASSES,
    fps: FPS,
    splits: {
      'xsub/train': { aliases: ['train'], has: ({ person }) => person % 2 === 1 },
      'xsub/val': { aliases: ['val', 'test'], has: ({ person }) => person % 2 === 0 },
    },
    items: items.sort((a, b) => a.action - b.action || a.person - b.person || a.trial - b.trial),
    rejected,
    leftOut: [],
    fingerprint: ({ file, bytes }) => `${file} ${bytes}`,
    read: async ({ id, label, stored, file }) =>
      parseUtdMhad(await store.read(stored), { dataset: name, id, label, file, layout, fps: FPS }),
  };
}
