import { basename, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import type { DatasetItem } from '../dataset.js';
import { parseSkelmixNpz, readSkelmixClip, type SkelmixNpz } from '../formats/skelmix-npz.js';
import { bundledLayouts, loadLayout } from '../load-layout.js';
import type { RecordingsOptions } from '../open-options.js';
import { withFileSource } from './file-source.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { numberedClasses } from './numbered-classes.js';
import type { Recordings, SplitRule } from './recordings.js';

const DEFAULT_FPS = 30;
const CONVENTION: FileConvention = {
  name: 'npz',
  title: "skelmix' own form",
  pattern: /[^/]+\.npz$/,
  example: 'train.npz',
  folder: 'the .npz file, or a folder of them',
  places: [],
};

interface Row extends DatasetItem {
  readonly content: SkelmixNpz;
  readonly index: number;
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  readonly split: string;
}

/**
 * Opens `.npz` files of skelmix' own form (docs/formats.md; `skelmix generate` writes them). The splits are those that the array
 * `splits` names; a file without it is one split, named like the file (`train.npz`, `val.npz`), a single file is `train`. `val` is
 * `test` too, and `train` and `val` of the first kind (`xsub/train`) are `train` and `val`. The layout is the one given, else the
 * file's own, else the one that comes with skelmix and has the same joint names. Clips are read in place by their range.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED, FORMAT_TRUNCATED, LAYOUT_INVALID (none given, none found), LAYOUT_MISMATCH
 */
export async function openSkelmixNpz(path: string, options: RecordingsOptions): Promise<Recordings<Row>> {
  const { name } = CONVENTION;
  const { store, files } = await findRecordings(path, CONVENTION);
  const opened = files.map(({ stored, name: file, bytes }) => {
    const at = join(store.path, stored);
    return { at, file, bytes, content: withFileSource(at, parseSkelmixNpz, file) };
  });
  const first = opened[0]!;
  const layout = options.layout ?? (await layoutIn(first.content, first.at));
  const classes = classesOf(opened.map(({ content }) => content));
  const items: Row[] = [];
  for (const { at, file, bytes, content } of opened) {
    const stem = basename(file, '.npz');
    const own = /^(train|val|test)$/.test(stem) || opened.length > 1 ? stem.replace(/^test$/, 'val') : 'train';
    for (const [index, label] of content.labels.entries()) {
      const id = content.ids?.[index] ?? `${stem}-${index}`;
      const split = content.splits?.[index] ?? own;
      items.push({ id, label, ...factsOf(content, index), content, index, path: at, file, bytes, split });
    }
  }
  const ids = new Set(items.map(({ id }) => id));
  if (ids.size < items.length)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `the files in ${store.path} share ids of clips: each id must stand once in all of them`,
      {
        details: { path: store.path, place: 'ids' },
      },
    );
  return {
    name,
    layout,
    classes,
    fps: first.content.fps ?? DEFAULT_FPS,
    splits: splitsOf(items),
    items,
    rejected: [],
    leftOut: [],
    fingerprint: ({ id, label, file, bytes }) => `${id} ${label} ${file} ${bytes}`,
    read: async ({ id, label, content, index, path: at, file }) => {
      const facts = { dataset: name, id, label, file, layout, fps: content.fps ?? DEFAULT_FPS };
      return withFileSource(at, (source) => readSkelmixClip(content, index, source, facts), file);
    },
  };
}

function factsOf({ subjects, views, setups }: SkelmixNpz, index: number) {
  const [subject, view, setup] = [subjects?.[index], views?.[index], setups?.[index]];
  return { ...(subject ? { subject } : {}), ...(view ? { view } : {}), ...(setup ? { setup } : {}) };
}

function classesOf(contents: readonly SkelmixNpz[]): readonly string[] {
  const named = contents.flatMap(({ classNames }) => (classNames ? [classNames] : []));
  const [names] = named;
  if (names && named.some((other) => other.join('\n') !== names.join('\n')))
    throw new DataError('FORMAT_UNSUPPORTED', 'the files have different "class_names"', { details: { place: 'class_names' } });
  const most = contents.reduce((count, { labels }) => labels.reduce((max, label) => Math.max(max, label + 1), count), 0);
  return names ?? numberedClasses(most);
}

function splitsOf(items: readonly Row[]): Record<string, SplitRule<Row>> {
  const splits: Record<string, SplitRule<Row>> = {};
  for (const own of new Set(items.map(({ split }) => split))) splits[own] = { has: ({ split }) => split === own };
  for (const [end, aliases] of [
    ['train', ['train']],
    ['val', ['val', 'test']],
  ] as const) {
    const first = Object.keys(splits).find((split) => split === end || split.endsWith(`/${end}`));
    if (first) splits[first] = { ...splits[first]!, aliases: aliases.filter((alias) => alias !== first && !splits[alias]) };
  }
  return splits;
}

async function layoutIn({ layout, jointNames }: SkelmixNpz, path: string): Promise<Layout> {
  if (layout) return layout;
  for (const name of jointNames ? await bundledLayouts() : []) {
    const known = await loadLayout(name);
    if (known.joints.join('\n') === jointNames!.join('\n')) return known;
  }
  throw new DataError(
    'LAYOUT_INVALID',
    `${path} does not say how its joints hang together: give a layout file (--layout), or store one in it as "layout"`,
    { details: { path } },
  );
}
