import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { DatasetItem } from '../dataset.js';
import { type CtrgcnPart, parseCtrgcnNpz, readCtrgcnClip } from '../formats/ctrgcn-npz.js';
import type { RecordingsOptions } from '../open-options.js';
import { withFileSource } from './file-source.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { NTU_FPS } from './ntu.js';
import { NTU_CLASSES } from './ntu-classes.js';
import { numberedClasses } from './numbered-classes.js';
import type { Recordings, SplitRule } from './recordings.js';

const CONVENTION: FileConvention = {
  name: 'ctrgcn',
  title: 'a data set of CTR-GCN',
  pattern: /[^/]+\.npz$/,
  example: 'NTU60_CS.npz',
  folder: 'the .npz file, or a folder with that one file',
  places: ['ntu', 'ntu120', 'data/ntu', 'data/ntu120'],
};
/** What the file names of CTR-GCN stand for. */
const SPLITS: Readonly<Record<string, string>> = { CS: 'xsub/', CV: 'xview/', CSub: 'xsub/', CSet: 'xset/' };

/** Files that InfoGCN made. */
const ALIGNED = /_aligned\.npz$/;

interface Row extends DatasetItem {
  readonly part: CtrgcnPart;
  readonly index: number;
  readonly path: string;
  readonly file: string;
  readonly bytes: number;
  readonly split: string;
}

/**
 * Opens an `.npz` file of CTR-GCN, HD-GCN, infogcn or SkateFormer: `NTU60_CS.npz`, `NTU60_CV.npz`, `NTU120_CSub.npz`,
 * `NTU120_CSet.npz`, InfoGCN's `*_aligned.npz` of them where those are not there, or any of that form; or a folder that holds such files of one data set. Splits: `xsub/train`, `xsub/val`,
 * `xview/...`, `xset/...` after the names; of another file `train` and `val` (`test`). Clips are read in place by their range: the
 * file is never in memory as a whole. Without a layout the joints are those of NTU RGB+D.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED, FORMAT_TRUNCATED, LAYOUT_MISMATCH
 */
export async function openCtrgcn(path: string, options: RecordingsOptions): Promise<Recordings<Row>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, 'ntu', options.layout, { anyChannels: true });
  const { store, files } = await findRecordings(path, CONVENTION);
  const named = files.flatMap((file) => {
    const match = /^(NTU60|NTU120)_(CS|CV|CSub|CSet)(_aligned)?\.npz$/.exec(file.name);
    return match ? [{ ...file, set: match[1]!, prefix: SPLITS[match[2]!]! }] : [];
  });
  // InfoGCN leaves its own files beside those it made them from.
  const originals = named.filter((file) => !ALIGNED.test(file.name));
  const known = originals.length > 0 ? originals : named;
  const chosen = known.length > 0 ? known : files.map((file) => ({ ...file, set: '', prefix: '' }));
  if (new Set(chosen.map(({ set }) => set)).size > 1 || (known.length === 0 && files.length > 1))
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${store.path} holds several data sets: ${files.map((file) => file.name).join(', ')}; give the path of one`,
      { details: { path: store.path } },
    );
  const items: Row[] = [];
  const splits: Record<string, SplitRule<Row>> = {};
  let numClasses = 0;
  for (const [number, { stored, name: file, bytes, prefix }] of chosen.entries()) {
    const at = join(store.path, stored);
    const parts = withFileSource(at, (source) => parseCtrgcnNpz(source, layout), file);
    for (const [key, part, own, aliases] of [
      ['train', parts.train, `${prefix}train`, ['train']],
      ['test', parts.test, `${prefix}val`, ['val', 'test']],
    ] as const) {
      numClasses = Math.max(numClasses, part.numClasses);
      for (const [index, label] of part.labels.entries())
        items.push({ id: `${prefix}${key}-${index}`, label, part, index, path: at, file, bytes, split: own });
      splits[own] = {
        aliases: number === 0 ? aliases.filter((alias) => alias !== own) : [],
        has: ({ split }) => split === own,
      };
    }
  }
  return {
    name,
    layout,
    classes:
      chosen[0]!.set !== '' && numClasses <= NTU_CLASSES.length ? NTU_CLASSES.slice(0, numClasses) : numberedClasses(numClasses),
    fps: NTU_FPS,
    space: ALIGNED.test(chosen[0]!.name) ? 'infogcn' : 'ctrgcn',
    splits,
    items,
    rejected: [],
    leftOut: [],
    fingerprint: ({ id, label, file, bytes }) => `${id} ${label} ${file} ${bytes}`,
    read: async ({ id, label, part, index, path: at, file }) =>
      withFileSource(
        at,
        (source) => readCtrgcnClip(part, index, source, { dataset: name, id, label, file, layout, fps: NTU_FPS }),
        file,
      ),
  };
}
