import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { DatasetItem } from '../dataset.js';
import { parseMatV5 } from '../formats/mat-v5.js';
import { parseUtkinect, parseUtkinectLabels } from '../formats/utkinect.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, type FoundFile, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { type Recordings, type RejectedFile, rejectFile, type SplitRule } from './recordings.js';

/** Most frame numbers go up by two at the sensor's 30 frames a second. */
const FPS = 15;
const CONVENTION: FileConvention = {
  name: 'utkinect',
  title: 'UTKinect-Action3D',
  pattern: /(?:joints_(s\d\d)_(e\d\d)|actionLabel(?:_modified)?|tr_te_splits)\.(?:txt|mat)$/,
  depth: 1,
  example: 'joints_s01_e01.txt and actionLabel.txt',
  folder: 'the folder "joints"',
  places: ['UTKinect', 'utkinect'],
};

const CLASSES = ['walk', 'sitDown', 'standUp', 'pickUp', 'carry', 'throw', 'push', 'pull', 'waveHands', 'clapHands'] as const;

interface Segment extends DatasetItem {
  readonly stored: string;
  readonly file: string;
  readonly bytes: number;
  readonly recording: string;
  readonly person: number;
  readonly range: readonly [number, number];
}

/**
 * Opens UTKinect-Action3D: `joints_sSS_eEE.txt` and `actionLabel.txt`; where `actionLabel_modified.txt` (corrected by Vemulapalli et
 * al.) lies beside it, that one counts. A clip is a labelled segment of a recording. Splits: `xsub/train` (odd subjects; `train`),
 * `xsub/val` (`val`, `test`); `loso1/train` to `loso20/val`, each tested on one recording; `random1/train` to `random10/val` where
 * `tr_te_splits.mat` is there. Clips in the order of recording and class.
 *
 * Source: Xia, Chen, Aggarwal, HAU3D 2012.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (no recordings, no labels), LAYOUT_MISMATCH
 */
export async function openUtkinect(path: string, options: RecordingsOptions): Promise<Recordings<Segment>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, 'kinect-v1', options.layout);
  const { store, files } = await findRecordings(path, CONVENTION);
  const named = new Map(files.map((file) => [file.name, file]));
  const labels = named.get('actionLabel_modified.txt') ?? named.get('actionLabel.txt');
  if (!labels)
    throw new DataError('FORMAT_UNSUPPORTED', `${store.path} holds no actionLabel.txt, which says where the actions are`, {
      details: { path: store.path },
    });
  const items: Segment[] = [];
  const rejected: RejectedFile[] = [];
  const absent: string[] = [];
  for (const { recording, action, range } of parseUtkinectLabels(await store.read(labels.stored), labels.name)) {
    const id = `${recording}-${action}`;
    const label = (CLASSES as readonly string[]).indexOf(action);
    const file = named.get(`joints_${recording}.txt`);
    if (!range) absent.push(id);
    else if (label < 0)
      rejected.push(rejectFile(id, join(store.path, labels.stored), `"${action}" is none of the actions ${CLASSES.join(', ')}`));
    else if (!file)
      rejected.push(
        rejectFile(id, join(store.path, labels.stored), `it labels ${recording}, joints_${recording}.txt is not there`),
      );
    else if (items.some((item) => item.id === id))
      rejected.push(rejectFile(id, join(store.path, labels.stored), `"${action}" stands twice for ${recording}`));
    else
      items.push({
        id,
        label,
        subject: recording.slice(0, 3),
        ...partOf(file),
        recording,
        person: Number(recording.slice(1, 3)),
        range,
      });
  }
  const splits = named.get('tr_te_splits.mat');
  return {
    name,
    layout,
    classes: CLASSES,
    fps: FPS,
    splits: {
      'xsub/train': { aliases: ['train'], has: ({ person }) => person % 2 === 1 },
      'xsub/val': { aliases: ['val', 'test'], has: ({ person }) => person % 2 === 0 },
      ...leaveOneOut(items),
      ...(splits ? randomSplits(await store.read(splits.stored), splits.name) : {}),
    },
    items: items.sort((a, b) => (a.recording === b.recording ? a.label - b.label : a.recording < b.recording ? -1 : 1)),
    rejected,
    leftOut: absent.length > 0 ? [{ reason: 'the label file says NaN: they were not recorded', ids: absent }] : [],
    fingerprint: ({ file, bytes, id, range }) => `${file} ${bytes} ${id} ${range.join('-')}`,
    read: async ({ id, label, stored, file, range }) =>
      parseUtkinect(await store.read(stored), range, { dataset: name, id, label, file, layout, fps: FPS }),
  };
}

const partOf = ({ stored, name, bytes }: FoundFile) => ({ stored, file: name, bytes });

function leaveOneOut(items: readonly Segment[]): Record<string, SplitRule<Segment>> {
  const splits: Record<string, SplitRule<Segment>> = {};
  for (const [index, out] of [...new Set(items.map(({ recording }) => recording))].sort().entries()) {
    splits[`loso${index + 1}/train`] = { has: ({ recording }) => recording !== out };
    splits[`loso${index + 1}/val`] = { has: ({ recording }) => recording === out };
  }
  return splits;
}

/** The cross-subject splits of a MAT-file: a row of training and a row of test subjects for each. */
function randomSplits(bytes: Uint8Array, file: string): Record<string, SplitRule<Segment>> {
  const variables = new Map(parseMatV5(bytes, { file }).map((variable) => [variable.name, variable]));
  const splits: Record<string, SplitRule<Segment>> = {};
  for (const [part, key] of [
    ['train', 'tr_subjects'],
    ['val', 'te_subjects'],
  ] as const) {
    const variable = variables.get(key);
    const [rows = 0, columns = 0] = variable?.dims ?? [];
    if (variable?.dims.length !== 2)
      throw new DataError('FORMAT_UNSUPPORTED', `${file}, byte 128: expected a matrix "${key}" with the subjects of each split`, {
        details: { file, byteOffset: 128 },
      });
    for (let row = 0; row < rows; row++) {
      const people = new Set(Array.from({ length: columns }, (_, column) => Number(variable.data[row + column * rows])));
      splits[`random${row + 1}/${part}`] = { has: ({ person }) => people.has(person) };
    }
  }
  return splits;
}
