import { basename } from 'node:path';
import { parseUtdMhad } from '../formats/utd-mhad.js';
import type { RecordingsOptions } from '../open-options.js';
import type { FileConvention } from './find-recordings.js';
import { type FileItem, openFiles } from './open-files.js';
import type { Recordings } from './recordings.js';
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

interface Recording extends FileItem {
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
export const openUtdMhad = (path: string, options: RecordingsOptions): Promise<Recordings<Recording>> =>
  openFiles<Recording>(path, options, {
    convention: CONVENTION,
    layout: 'utd-mhad',
    classes: UTD_MHAD_CLASSES,
    fps: FPS,
    splits: {
      'xsub/train': { aliases: ['train'], has: ({ person }) => person % 2 === 1 },
      'xsub/val': { aliases: ['val', 'test'], has: ({ person }) => person % 2 === 0 },
    },
    itemOf({ name: file, parts }) {
      const [action, person, trial] = parts.map(Number) as [number, number, number];
      const id = basename(file, '_skeleton.mat');
      if (action >= 1 && action <= UTD_MHAD_CLASSES.length)
        return { id, label: action - 1, subject: `s${person}`, action, person, trial };
      return { id, wrong: `UTD-MHAD has the actions 1 to ${UTD_MHAD_CLASSES.length}, the name says ${action}` };
    },
    order: (a, b) => a.action - b.action || a.person - b.person || a.trial - b.trial,
    parse: parseUtdMhad,
  });
