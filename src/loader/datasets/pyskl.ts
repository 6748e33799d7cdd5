import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { DatasetItem } from '../dataset.js';
import { type PysklAnnotation, parsePyskl, readPysklClip } from '../formats/pyskl.js';
import type { RecordingsOptions } from '../open-options.js';
import { withFileSource } from './file-source.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { NTU_CLASSES } from './ntu-classes.js';
import { ntuFacts, parseNtuName } from './ntu-split.js';
import { numberedClasses } from './numbered-classes.js';
import type { LeftOut, Recordings, SplitRule } from './recordings.js';

const FPS = 30;
const CONVENTION: FileConvention = {
  name: 'pyskl',
  title: 'an annotation file of PYSKL',
  pattern: /[^/]+\.pkl$/,
  example: 'ntu60_3danno.pkl',
  folder: 'the .pkl file, or a folder with that one file',
  places: [],
};

interface Annotated extends DatasetItem {
  readonly annotation: PysklAnnotation;
  readonly in: ReadonlySet<string>;
}

/**
 * Opens an annotation file of PYSKL, ProtoGCN or MMAction2: a `.pkl` file, or a folder with one. Splits as in the file, in our
 * spelling: `xsub_train` is `xsub/train`, `train1` and `test1` are `split1/train` and `split1/val`, `test` is `val`; the first two are
 * `train` and `val` too. A mere list of annotations is the split `train`, `val` where the file name says val or test. The layout is NTU
 * RGB+D's for 25 joints in 3-D, COCO's for 17 in 2-D, else it must be given. The pickle is read without running anything in it,
 * and its arrays stay in the file until a clip is read.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED, FORMAT_TRUNCATED, LAYOUT_MISMATCH
 */
export async function openPyskl(path: string, options: RecordingsOptions): Promise<Recordings<Annotated>> {
  const { name } = CONVENTION;
  const { store, files } = await findRecordings(path, CONVENTION);
  if (files.length > 1)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${store.path} holds several files: ${files.map((file) => file.name).join(', ')}; give the path of one`,
      { details: { path: store.path } },
    );
  const { stored, name: file, bytes } = files[0]!;
  const at = join(store.path, stored);
  const { annotations, splits: named } = withFileSource(at, parsePyskl, file);
  const [, , V, C] = annotations[0]?.keypoint.shape ?? [];
  const layout = await layoutOf(name, V === 17 && C === 2 ? 'coco-17' : 'ntu', options.layout, { anyChannels: true });
  const own = named ?? new Map([[/val|test/i.test(file) ? 'val' : 'train', annotations.map(({ frameDir }) => frameDir)]]);
  const splitsOf = new Map<string, Set<string>>();
  for (const [split, names] of own)
    for (const one of names) {
      const all = splitsOf.get(one) ?? new Set();
      splitsOf.set(one, all.add(spell(split)));
    }
  const counts = new Map<string, number>();
  const items = annotations.map((annotation): Annotated => {
    const { frameDir, label } = annotation;
    const clip = frameDir.slice(frameDir.lastIndexOf('/') + 1);
    const seen = counts.get(frameDir) ?? 0;
    counts.set(frameDir, seen + 1);
    const facts = parseNtuName(clip) ? ntuFacts(clip) : {};
    return {
      id: seen === 0 ? frameDir : `${frameDir}#${seen}`,
      label,
      ...facts,
      annotation,
      in: splitsOf.get(frameDir) ?? new Set(),
    };
  });
  const splits: Record<string, SplitRule<Annotated>> = {};
  for (const split of [...own.keys()].map(spell)) splits[split] = { has: (item) => item.in.has(split) };
  for (const [end, aliases] of [
    ['train', ['train']],
    ['val', ['val', 'test']],
  ] as const) {
    const first = Object.keys(splits).find((split) => split === end || split.endsWith(`/${end}`));
    if (first) splits[first] = { ...splits[first]!, aliases: aliases.filter((alias) => alias !== first) };
  }
  const numClasses = items.reduce((most, { label }) => Math.max(most, label + 1), 0);
  const ntu = items.length > 0 && items[0]!.setup !== undefined && numClasses <= NTU_CLASSES.length;
  return {
    name,
    layout,
    classes: ntu ? NTU_CLASSES.slice(0, numClasses) : numberedClasses(numClasses),
    fps: FPS,
    splits,
    items,
    rejected: [],
    leftOut: unnamed(items, annotations, own),
    fingerprint: ({ id, label }) => `${id} ${label} ${file} ${bytes}`,
    read: async ({ id, label, annotation }) =>
      withFileSource(
        at,
        (source) => readPysklClip(source, annotation, { dataset: name, id, label, file, layout, fps: FPS }),
        file,
      ),
  };
}

/** `xsub_train` as `xsub/train`, `test1` as `split1/val`. */
function spell(split: string): string {
  const numbered = /^(train|val|test)(\d+)$/.exec(split);
  const words = numbered ? `split${numbered[2]}/${numbered[1]}` : split.replace(/_(train|val|test)$/, '/$1');
  return words.replace(/(^|\/)test$/, '$1val');
}

function unnamed(
  items: readonly Annotated[],
  annotations: readonly PysklAnnotation[],
  own: ReadonlyMap<string, readonly string[]>,
): LeftOut[] {
  const there = new Set(annotations.map(({ frameDir }) => frameDir));
  const gone = [...new Set([...own.values()].flat())].filter((one) => !there.has(one));
  const nowhere = items.filter((item) => item.in.size === 0).map(({ id }) => id);
  return [
    { reason: 'a split names them, there is no annotation', ids: gone },
    { reason: 'no split names them', ids: nowhere },
  ].filter(({ ids }) => ids.length > 0);
}
