import { join } from 'node:path';
import type { DatasetItem } from '../dataset.js';
import { parseSbu } from '../formats/sbu.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { type Recordings, type RejectedFile, rejectFile, type SplitRule } from './recordings.js';

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

interface Sequence extends DatasetItem {
  readonly stored: string;
  readonly file: string;
  readonly bytes: number;
}

/**
 * Opens SBU Kinect Interaction, clean version: `SBU/{pair}/{class}/{take}/skeleton_pos.txt`, a folder that holds `SBU`, or its
 * archive. Two persons in every clip. Splits: `fold1/train`, `fold1/val` ... `fold5/val`, by pair; `train`, `val` and `test` are
 * those of fold 1. The subject is the pair, in the order of the two bodies. Clips in the order of pair, class and take.
 *
 * Source: Yun et al., CVPR workshops 2012.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), LAYOUT_MISMATCH
 */
export async function openSbu(path: string, options: RecordingsOptions): Promise<Recordings<Sequence>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, name, options.layout);
  const { store, files } = await findRecordings(path, CONVENTION);
  const items: Sequence[] = [];
  const rejected: RejectedFile[] = [];
  for (const { stored, name: file, bytes, parts } of files) {
    const [pair, number, take] = parts as [string, string, string];
    const id = `${pair}-${number}-${take}`;
    const label = Number(number) - 1;
    const wrong =
      label < 0 || label >= CLASSES.length
        ? `the classes 01 to 0${CLASSES.length}, the path says ${number}`
        : FOLDS.flat().includes(pair)
          ? undefined
          : `${FOLDS.flat().length} pairs of people, of which ${pair} is none`;
    if (wrong === undefined) items.push({ id, label, subject: pair, stored, file, bytes });
    else rejected.push(rejectFile(id, join(store.path, stored), `SBU has ${wrong}`));
  }
  const splits: Record<string, SplitRule<Sequence>> = {};
  for (const [fold, pairs] of FOLDS.entries()) {
    const test = new Set<string | undefined>(pairs);
    splits[`fold${fold + 1}/train`] = { aliases: fold === 0 ? ['train'] : [], has: ({ subject }) => !test.has(subject) };
    splits[`fold${fold + 1}/val`] = { aliases: fold === 0 ? ['val', 'test'] : [], has: ({ subject }) => test.has(subject) };
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
      parseSbu(await store.read(stored), { dataset: name, id, label, file, layout, fps: FPS }),
  };
}
