import { join } from 'node:path';
import type { DatasetItem } from '../dataset.js';
import { parseMsrAction3d } from '../formats/msr-action3d.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { type Recordings, type RejectedFile, rejectFile, type SplitRule } from './recordings.js';

/** Frames a second, as the paper states. */
const FPS = 15;
const CONVENTION: FileConvention = {
  name: 'msr-action3d',
  title: 'MSR-Action3D',
  pattern: /a(\d\d)_s(\d\d)_e(\d\d)_skeleton(3D)?\.txt$/,
  example: 'a01_s01_e01_skeleton3D.txt',
  folder: 'the folder of its skeleton files',
  places: ['MSRAction3DSkeletonReal3D', 'MSRAction3DSkeletonReal3D.zip', 'MSRAction3DSkeleton(20joints)', 'MSRAction3D'],
};

const CLASSES = [
  ...['high arm wave', 'horizontal arm wave', 'hammer', 'hand catch', 'forward punch', 'high throw', 'draw x', 'draw tick'],
  ...['draw circle', 'hand clap', 'two hand wave', 'side boxing', 'bend', 'forward kick', 'side kick', 'jogging'],
  ...['tennis swing', 'tennis serve', 'golf swing', 'pick up and throw'],
] as const;

/** Actions of the three subsets that the paper tests on. */
const SUBSETS: Readonly<Record<string, readonly number[]>> = {
  as1: [2, 3, 5, 6, 10, 13, 18, 20],
  as2: [1, 4, 7, 8, 9, 11, 12, 14],
  as3: [6, 14, 15, 16, 17, 18, 19, 20],
};

interface Sequence extends DatasetItem {
  readonly stored: string;
  readonly file: string;
  readonly bytes: number;
  readonly action: number;
  readonly person: number;
}

/**
 * Opens MSR-Action3D: `a{action}_s{subject}_e{repetition}_skeleton3D.txt` (metres), or `..._skeleton.txt` (image coordinates and
 * depth) where there are none of the first. Splits: `xsub/train` (odd subjects; `train`), `xsub/val` (`val`, `test`), and the same for
 * the subsets of actions of the paper: `as1/train`, `as1/val` to `as3/val`. Clips in the order of their names.
 *
 * Source: Li, Zhang, Liu, CVPR workshops 2010.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), LAYOUT_MISMATCH
 */
export async function openMsrAction3d(path: string, options: RecordingsOptions): Promise<Recordings<Sequence>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, name, options.layout);
  const { store, files } = await findRecordings(path, CONVENTION);
  const metric = files.filter(({ parts }) => parts[3] === '3D');
  const items: Sequence[] = [];
  const rejected: RejectedFile[] = [];
  for (const { stored, name: file, bytes, parts } of metric.length > 0 ? metric : files) {
    const [action, person] = parts.map(Number) as [number, number];
    const id = file.slice(0, 'a01_s01_e01'.length);
    if (action >= 1 && action <= CLASSES.length)
      items.push({ id, label: action - 1, subject: `s${parts[1]}`, stored, file, bytes, action, person });
    else
      rejected.push(
        rejectFile(id, join(store.path, stored), `MSR-Action3D has the actions 1 to ${CLASSES.length}, the name says ${action}`),
      );
  }
  const splits: Record<string, SplitRule<Sequence>> = {
    'xsub/train': { aliases: ['train'], has: ({ person }) => person % 2 === 1 },
    'xsub/val': { aliases: ['val', 'test'], has: ({ person }) => person % 2 === 0 },
  };
  for (const [subset, actions] of Object.entries(SUBSETS)) {
    splits[`${subset}/train`] = { has: ({ action, person }) => actions.includes(action) && person % 2 === 1 };
    splits[`${subset}/val`] = { has: ({ action, person }) => actions.includes(action) && person % 2 === 0 };
  }
  return {
    name,
    layout,
    classes: CLASSES,
    fps: FPS,
    splits,
    items: items.sort((a, b) => (a.id < b.id ? -1 : 1)),
    rejected,
    leftOut: [],
    fingerprint: ({ file, bytes }) => `${file} ${bytes}`,
    read: async ({ id, label, stored, file }) =>
      parseMsrAction3d(await store.read(stored), { dataset: name, id, label, file, layout, fps: FPS }),
  };
}
