import type { DatasetItem } from '../dataset.js';
import type { SplitRule } from './recordings.js';

/** Facts in the name of a recording of NTU RGB+D, `SsssCcccPpppRrrrAaaa`. */
export interface NtuName {
  readonly setup: number;
  readonly camera: number;
  readonly person: number;
  readonly repetition: number;
  /** 1-based. */
  readonly action: number;
}

const NAME = /^S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})$/;

/** Subjects whose recordings train in cross-subject evaluation: of NTU RGB+D, and the further ones of NTU RGB+D 120. */
const SUBJECTS_60 = [1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38];
const SUBJECTS_120 = [
  ...[45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 70, 74, 78, 80, 81, 82, 83, 84, 85, 86, 89],
  ...[91, 92, 93, 94, 95, 97, 98, 100, 103],
];
/** Cameras that train in cross-view evaluation. */
const CAMERAS = [2, 3];

/** The facts in a name, undefined where it is none of NTU RGB+D. */
export function parseNtuName(name: string): NtuName | undefined {
  const match = NAME.exec(name);
  if (!match) return undefined;
  const [setup, camera, person, repetition, action] = match.slice(1).map(Number) as [number, number, number, number, number];
  return { setup, camera, person, repetition, action };
}

/** What an item tells of its recording, as the data set spells it. */
export function ntuFacts(name: string): Pick<Required<DatasetItem>, 'subject' | 'view' | 'setup'> {
  return { subject: name.slice(8, 12), view: name.slice(4, 8), setup: name.slice(0, 4) };
}

/**
 * The official splits: `xsub/train`, `xsub/val` and `xview/...` of NTU RGB+D (60 classes), `xsub/...` and `xset/...` of NTU RGB+D 120.
 *
 * Source: Shahroudy et al., CVPR 2016, section 4.2; Liu et al., TPAMI 2019, section 4.
 */
export function ntuSplits<Item extends { readonly ntu: NtuName }>(
  classes: 60 | 120,
): Readonly<Record<string, SplitRule<Item & DatasetItem>>> {
  const people = new Set(classes === 60 ? SUBJECTS_60 : [...SUBJECTS_60, ...SUBJECTS_120]);
  const second = classes === 60 ? 'xview' : 'xset';
  const trains = ({ ntu }: Item): boolean => (classes === 60 ? CAMERAS.includes(ntu.camera) : ntu.setup % 2 === 0);
  return {
    'xsub/train': { aliases: ['train'], has: ({ ntu }) => people.has(ntu.person) },
    'xsub/val': { aliases: ['val', 'test'], has: ({ ntu }) => !people.has(ntu.person) },
    [`${second}/train`]: { has: trains },
    [`${second}/val`]: { has: (item) => !trains(item) },
  };
}
