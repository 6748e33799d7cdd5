import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { DatasetItem } from '../dataset.js';
import type { StoredArray } from '../formats/npz/npz.js';
import { parseStgcnData, parseStgcnLabels, readStgcnClip } from '../formats/stgcn-npy.js';
import type { RecordingsOptions } from '../open-options.js';
import { withFileSource } from './file-source.js';
import { type FileConvention, type FoundFile, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { NTU_CLASSES } from './ntu-classes.js';
import { ntuFacts, parseNtuName } from './ntu-split.js';
import { numberedClasses } from './numbered-classes.js';
import type { Recordings, SplitRule } from './recordings.js';

const FPS = 30;
const CONVENTION: FileConvention = {
  name: 'stgcn',
  title: 'a data set of ST-GCN',
  pattern: /(train|val)_(data(?:_joint)?\.npy|label\.pkl)$/,
  depth: 1,
  example: 'train_data.npy and train_label.pkl',
  folder: 'the folder',
  places: ['data/NTU-RGB-D', 'data/ntu', 'NTU-RGB-D', 'ntu'],
};

interface Row extends DatasetItem {
  readonly data: StoredArray;
  readonly index: number;
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  readonly split: string;
}

interface Pair {
  /** `xsub/train`, `train` ... */
  readonly split: string;
  readonly data: FoundFile;
  readonly label: FoundFile;
}

/**
 * Opens `.npy` data of ST-GCN, 2s-AGCN or MS-G3D: `{train,val}_data.npy` or `{train,val}_data_joint.npy` [N, C, T, V, M] and
 * `{train,val}_label.pkl`, in a folder, or in folders such as `xsub` and `xview` below it. Splits: `train`, `val` (`test`), after the
 * name of a folder `xsub`, `xview` or `xset`. Clips are read in place by their range. The layout is NTU RGB+D's for 25 joints,
 * OpenPose's for 18, else it must be given. Files named `_data_joint.npy` are taken for 2s-AGCN's, already normalised.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED, FORMAT_TRUNCATED, LAYOUT_MISMATCH
 */
export async function openStgcn(path: string, options: RecordingsOptions): Promise<Recordings<Row>> {
  const { name } = CONVENTION;
  const { store, files } = await findRecordings(
    (await stat(path).catch(() => undefined))?.isFile() ? dirname(path) : path,
    CONVENTION,
  );
  const pairs = pairsOf(files, store.path);
  const opened = pairs.map(({ split, data, label }) => {
    const at = join(store.path, data.stored);
    const array = withFileSource(at, parseStgcnData, data.name);
    const labels = withFileSource(join(store.path, label.stored), parseStgcnLabels, label.stored);
    if (labels.names.length !== array.shape[0])
      throw new DataError(
        'FORMAT_UNSUPPORTED',
        `${join(store.path, label.stored)} labels ${labels.names.length} clips, ${data.stored} has ${array.shape[0]}: they do not belong together`,
        {
          details: { file: join(store.path, label.stored), place: 'labels', expected: array.shape[0], got: labels.names.length },
        },
      );
    return { split, at, data, array, labels };
  });
  const [{ array }] = opened as [(typeof opened)[number]];
  const V = array.shape[3]!;
  const layout = await layoutOf(name, V === 18 ? 'openpose-18' : 'ntu', options.layout, { anyChannels: true });
  const items: Row[] = [];
  for (const { split, at, data, array: own, labels } of opened)
    for (const [index, label] of labels.labels.entries()) {
      const clip = labels.names[index]!.replace(/\.(skeleton|json)$/, '');
      const facts = parseNtuName(clip) ? ntuFacts(clip) : {};
      items.push({
        id: `${split}-${index}-${clip}`,
        label,
        ...facts,
        data: own,
        index,
        path: at,
        file: data.stored,
        bytes: data.bytes,
        split,
      });
    }
  const numClasses = items.reduce((most, { label }) => Math.max(most, label + 1), 0);
  const splits: Record<string, SplitRule<Row>> = {};
  const first = pairs[0]!.split.replace(/(train|val)$/, '');
  for (const { split } of pairs) {
    const aliases = split === `${first}train` ? ['train'] : split === `${first}val` ? ['val', 'test'] : [];
    splits[split] = { aliases: aliases.filter((alias) => alias !== split), has: (item) => item.split === split };
  }
  const ntu = V === 25 && (numClasses === 60 || numClasses === 120);
  return {
    name,
    layout,
    classes: ntu ? NTU_CLASSES.slice(0, numClasses) : numberedClasses(numClasses),
    fps: FPS,
    space: layout.channels === 2 ? 'centred' : /_joint\.npy$/.test(opened[0]!.data.name) ? 'agcn' : 'recorded',
    splits,
    items,
    rejected: [],
    leftOut: [],
    fingerprint: ({ id, label, file, bytes }) => `${id} ${label} ${basename(file)} ${bytes}`,
    read: async ({ id, label, data, index, path: at, file }) =>
      withFileSource(
        at,
        (source) => readStgcnClip(data, index, source, { dataset: name, id, label, file, layout, fps: FPS }),
        file,
      ),
  };
}

/** Data and labels that belong together; joints go before other forms of them. */
function pairsOf(files: readonly FoundFile[], path: string): Pair[] {
  const pairs: Pair[] = [];
  for (const label of files.filter(({ name }) => name.endsWith('label.pkl'))) {
    const folder = label.stored.slice(0, -label.name.length);
    const part = label.parts[0]!;
    const data = ['_data_joint.npy', '_data.npy']
      .map((end) => files.find(({ stored }) => stored === `${folder}${part}${end}`))
      .find((found) => found !== undefined);
    // The name of the folder itself tells too, where it was given.
    const home = basename(resolve(path, folder));
    const prefix = /^(xsub|xview|xset)$/.test(home) ? `${home}/` : '';
    if (data) pairs.push({ split: `${prefix}${part}`, data, label });
  }
  if (pairs.length === 0)
    throw new DataError('FORMAT_UNSUPPORTED', `${path} holds no train_data.npy with train_label.pkl, and none of val`, {
      details: { path },
    });
  const twice = pairs.find(({ split }, i) => pairs.findIndex((other) => other.split === split) !== i);
  if (twice)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${path} holds several data sets with a split "${twice.split}"; give the folder of one`,
      {
        details: { path },
      },
    );
  return pairs.sort((a, b) => (a.split < b.split ? -1 : 1));
}
