import { parseSbu } from '../formats/sbu.js';
import type { RecordingsOptions } from '../open-options.js';
import type { FileConvention } from './find-recordings.js';
import { type FileItem, openFiles } from './open-files.js';
import type { Recordings, SplitRule } from './recordings.js';

/** Frames a second, as the paper states. */
const FPS = 15;
const CONVENTION: FileConvention = {
  name: 'sbu',
  title: 'SBU Kinect Interaction',
  pattern: /(s\d\ds\d\d)\/(\d\d)\/(\d+)\/skeleton_pos\.txt$/,
  depth: 3,
  example: 's01s02/01/001/skeleton_pos.txt',
  folder: 'the folder "SBU"',
  places: ['SBU', 'SBU.tar.gz', 'SBU-Kinect-Interaction', 'sbu'],
};

const CLASSES = [
  'approaching',
  'departing',
  'kicking',
  'pushing',
  'shaking hands',
  'hugging',
  'exchanging objects',
  'punching',
] as const;

/** Pairs of people that each fold is tested on, as the data set's authors state. */
const FOLDS: readonly (readonly string[])[] = [
  ['s01s02', 's03s04', 's05s02', 's06s04'],
  ['s02s03', 's02s07', 's03s05', 's05s03'],
  ['s01s03', 's01s07', 's07s01', 's07s03'],
  ['s02s01', 's02s06', 's03s02', 's03s06'],
  ['s04s02', 's04s03', 's04s06', 's06s02', 's06s03'],
];

/**
 * Opens SBU Kinect Interaction, clean version: `SBU/{pair}/{class}/{take}/skeleton_pos.txt`, a folder that holds `SBU`, or its
 * archive. Two persons in every clip. Splits: `fold1/train`, `fold1/val` ... `fold5/val`, by pair; `train`, `val` and `test` are
 * those of fold 1. The subject is the pair, in the order of the two bodies. Clips in the order of pair, class and take.
 *
 * Source: Yun et al., CVPR workshops 2012.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), LAYOUT_MISMATCH
 */
export const openSbu = (path: string, options: RecordingsOptions): Promise<Recordings<FileItem>> =>
  openFiles<FileItem>(path, options, {
    convention: CONVENTION,
    layout: 'sbu',
    classes: CLASSES,
    fps: FPS,
    splits: Object.fromEntries(FOLDS.flatMap(foldSplits)),
    itemOf({ parts }) {
      const [pair, number, take] = parts as [string, string, string];
      const id = `${pair}-${number}-${take}`;
      const label = Number(number) - 1;
      if (label < 0 || label >= CLASSES.length)
        return { id, wrong: `SBU has the classes 01 to 0${CLASSES.length}, the path says ${number}` };
      const pairs = FOLDS.flat();
      if (!pairs.includes(pair)) return { id, wrong: `SBU has ${pairs.length} pairs of people, of which ${pair} is none` };
      return { id, label, subject: pair };
    },
    parse: parseSbu,
  });

/** Both splits of a fold; those of the first have the usual names too. */
function foldSplits(pairs: readonly string[], fold: number): [string, SplitRule<FileItem>][] {
  const test = new Set<string | undefined>(pairs);
  const first = fold === 0;
  return [
    [`fold${fold + 1}/train`, { aliases: first ? ['train'] : [], has: ({ subject }) => !test.has(subject) }],
    [`fold${fold + 1}/val`, { aliases: first ? ['val', 'test'] : [], has: ({ subject }) => test.has(subject) }],
  ];
}
