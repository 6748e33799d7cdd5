import { basename, dirname } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { DatasetItem } from '../dataset.js';
import { type KineticsLabel, parseKinetics, parseKineticsLabels } from '../formats/kinetics-json.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, type FoundFile, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import type { LeftOut, Recordings } from './recordings.js';

/** Kinetics-skeleton samples its videos at this rate. */
const FPS = 30;
const CONVENTION: FileConvention = {
  name: 'kinetics',
  title: 'Kinetics-skeleton',
  pattern: /kinetics_(train|val)(?:\/([^/]+)\.json|_label([^/]*)\.json)$/,
  depth: 1,
  example: 'kinetics_val/__0muxHV-Uw.json and kinetics_val_label.json',
  folder: 'the folder that holds "kinetics_train" and "kinetics_val"',
  places: ['kinetics-skeleton', 'kinetics-skeleton-samples'],
};

/** A label file, by its path. */
const LABEL_FILE = /kinetics_(?:train|val)_label[^/]*\.json$/;

interface Video extends DatasetItem {
  readonly stored: string;
  readonly file: string;
  readonly bytes: number;
  readonly split: string;
}

/**
 * Opens Kinetics-skeleton of ST-GCN: folders `kinetics_train`, `kinetics_val` of JSON files and `kinetics_{train,val}_label.json` beside
 * them. The path may name a label file; where none of that very name is there, the `kinetics_val_label*.json` that names most of the
 * clips counts. Clips that it does not name are left out. Classes are
 * those of the label files; what a clip says of its own label is not read. Clips without a skeleton are left out. Splits: `train` and
 * `val` (`test`). Clips in the order of their names.
 *
 * Source: Yan, Xiong, Lin, AAAI 2018.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (no clips, no labels, labels that contradict each other), LAYOUT_MISMATCH
 */
export async function openKinetics(path: string, options: RecordingsOptions): Promise<Recordings<Video>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, 'openpose-18', options.layout);
  // A label file that is named is the one to use.
  const chosen = LABEL_FILE.test(path) ? basename(path) : undefined;
  const { store, files } = await findRecordings(chosen === undefined ? path : dirname(path), CONVENTION);
  const items: Video[] = [];
  const leftOut: LeftOut[] = [];
  const classes: string[] = [];
  const candidates = files.filter(({ name: file }) => chosen === undefined || file === chosen);
  for (const split of ['train', 'val']) {
    const videos = files.filter(({ parts }) => parts[0] === split && parts[1] !== undefined);
    if (videos.length === 0 || (chosen !== undefined && !chosen.startsWith(`kinetics_${split}_`))) continue;
    const { labels, from } = await labelsOf(split, videos, candidates, store.read, store.path);
    const there = new Set(videos.map(({ parts }) => parts[1]!));
    const without: string[] = [];
    const unnamed: string[] = [];
    for (const { name: className, label } of labels.values()) {
      if (classes[label] !== undefined && classes[label] !== className)
        throw new DataError(
          'FORMAT_UNSUPPORTED',
          `${from}: class ${label} is "${className}" here and "${classes[label]}" elsewhere: the label files number the classes in different ways`,
          { details: { file: from, place: `label_index ${label}` } },
        );
      classes[label] = className;
    }
    for (const { stored, name: file, bytes, parts } of videos) {
      const id = parts[1]!;
      const entry = labels.get(id);
      if (!entry) unnamed.push(id);
      else if (!entry.hasSkeleton) without.push(id);
      else items.push({ id, label: entry.label, stored, file, bytes, split });
    }
    const gone = [...labels].flatMap(([id, { hasSkeleton }]) => (hasSkeleton && !there.has(id) ? [id] : []));
    if (unnamed.length > 0) leftOut.push({ reason: `${from} does not name them`, ids: unnamed });
    if (without.length > 0) leftOut.push({ reason: `${from} says that they have no skeleton`, ids: without });
    if (gone.length > 0) leftOut.push({ reason: `${from} names them, their files are not there`, ids: gone });
  }
  if (items.length === 0 && leftOut.length === 0)
    throw new DataError('FORMAT_UNSUPPORTED', `${store.path} holds no clips in kinetics_train or kinetics_val`, {
      details: { path: store.path },
    });
  return {
    name,
    layout,
    classes: Array.from(classes, (className, label) => className ?? `class ${label}`),
    fps: FPS,
    space: 'shares',
    splits: {
      train: { has: ({ split }) => split === 'train' },
      val: { aliases: ['test'], has: ({ split }) => split === 'val' },
    },
    items: items.sort((a, b) => (a.file < b.file ? -1 : 1)),
    rejected: [],
    leftOut,
    fingerprint: ({ file, bytes, label }) => `${file} ${bytes} ${label}`,
    read: async ({ id, label, stored, file }) =>
      parseKinetics(await store.read(stored), { dataset: name, id, label, file, layout, fps: FPS }),
  };
}

/** The labels of a split, from the file that is named as it should be, else from the one that names most clips. */
async function labelsOf(
  split: string,
  videos: readonly FoundFile[],
  files: readonly FoundFile[],
  read: (name: string) => Promise<Uint8Array>,
  path: string,
): Promise<{ labels: ReadonlyMap<string, KineticsLabel>; from: string }> {
  const found = files.filter(({ parts }) => parts[0] === split && parts[2] !== undefined);
  const exact = found.filter(({ parts }) => parts[2] === '');
  let best: { labels: ReadonlyMap<string, KineticsLabel>; from: string; named: number } | undefined;
  for (const { stored, name } of exact.length > 0 ? exact : found) {
    const labels = parseKineticsLabels(await read(stored), name);
    const named = videos.filter(({ parts }) => labels.has(parts[1]!)).length;
    if (!best || named > best.named) best = { labels, from: name, named };
  }
  if (best) return best;
  throw new DataError('FORMAT_UNSUPPORTED', `${path} holds no kinetics_${split}_label.json, which says what the clips are`, {
    details: { path },
  });
}
