import { parseMsrAction3d } from '../formats/msr-action3d.js';
import type { RecordingsOptions } from '../open-options.js';
import type { FileConvention } from './find-recordings.js';
import { type FileItem, openFiles } from './open-files.js';
import type { Recordings, SplitRule } from './recordings.js';

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

interface Sequence extends FileItem {
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
export const openMsrAction3d = (path: string, options: RecordingsOptions): Promise<Recordings<Sequence>> =>
  openFiles<Sequence>(path, options, {
    convention: CONVENTION,
    layout: 'msr-action3d',
    classes: CLASSES,
    fps: FPS,
    splits: {
      'xsub/train': { aliases: ['train'], has: ({ person }) => person % 2 === 1 },
      'xsub/val': { aliases: ['val', 'test'], has: ({ person }) => person % 2 === 0 },
      ...Object.fromEntries(Object.entries(SUBSETS).flatMap(subsetSplits)),
    },
    choose(files) {
      const metric = files.filter(({ parts }) => parts[3] === '3D');
      return metric.length > 0 ? metric : files;
    },
    itemOf({ name: file, parts }) {
      const [action, person] = parts.map(Number) as [number, number];
      const id = file.slice(0, 'a01_s01_e01'.length);
      if (action >= 1 && action <= CLASSES.length) return { id, label: action - 1, subject: `s${parts[1]}`, action, person };
      return { id, wrong: `MSR-Action3D has the actions 1 to ${CLASSES.length}, the name says ${action}` };
    },
    parse: parseMsrAction3d,
  });

function subsetSplits([subset, actions]: [string, readonly number[]]): [string, SplitRule<Sequence>][] {
  return [
    [`${subset}/train`, { has: ({ action, person }) => actions.includes(action) && person % 2 === 1 }],
    [`${subset}/val`, { has: ({ action, person }) => actions.includes(action) && person % 2 === 0 }],
  ];
}
