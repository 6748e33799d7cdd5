import { DataError } from '../../core/errors.js';
import type { DatasetItem } from '../dataset.js';
import { parseBvh } from '../formats/bvh.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, type FoundFile, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import type { Recordings, SplitRule } from './recordings.js';

const FPS = 30;
/** The files are in centimetres. */
const METRES = 0.01;
const CONVENTION: FileConvention = {
  name: 'bandai-namco',
  title: 'the Bandai-Namco Research Motiondataset',
  pattern: /(?:dataset-([12])_([a-z-]+)_([a-z-]+)_(\d+)\.(?:bvh|json)|(?:content|style)_label\.txt)$/,
  depth: 1,
  example: 'dataset-1_walk_normal_001.bvh',
  folder: 'the folder "data"',
  places: [
    'Bandai-Namco-Research-Motiondataset-1',
    'dataset/Bandai-Namco-Research-Motiondataset-1',
    'Bandai-Namco-Research-Motiondataset-1.tar.gz',
  ],
};

interface Motion extends DatasetItem {
  readonly stored: string;
  readonly file: string;
  readonly bytes: number;
  readonly style: string;
}

/**
 * Opens a Motiondataset of Bandai-Namco Research: `data/dataset-{1|2}_{content}_{style}_{number}.bvh`, with `cfg/` beside it if it is
 * there, in a folder, one above it, or the archive. The class is the content; the setup of an item is its style. Classes and styles
 * are in the order of `cfg/content_label.txt` and `cfg/style_label.txt`, else of the alphabet. Splits: `xstyle/train` (`train`) and
 * `xstyle/val` (`val`, `test`), which has the last third of the styles. Clips in the order of their names.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (no motions, two data sets), LAYOUT_MISMATCH
 */
export async function openBandaiNamco(path: string, options: RecordingsOptions): Promise<Recordings<Motion>> {
  const { name } = CONVENTION;
  const layout = await layoutOf(name, name, options.layout);
  const { store, files } = await findRecordings(path, CONVENTION);
  const motions = files.filter((file) => file.name.endsWith('.bvh'));
  const numbers = new Set(motions.map(({ parts }) => parts[0]));
  if (numbers.size !== 1)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${store.path} holds ${numbers.size === 0 ? 'no motions (.bvh)' : 'motions of two data sets'}; give the folder "data" of one`,
      { details: { path: store.path } },
    );
  const prefix = `dataset-${[...numbers][0]}_`;
  const order = async (file: string, part: number): Promise<string[]> => {
    const there = [...new Set(motions.map(({ parts }) => parts[part]!))].sort();
    const listed = files.find((found) => found.name === file);
    const text = listed ? Buffer.from(await store.read(listed.stored)).toString('utf8') : '';
    const names = text.split(/\r?\n/).flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length).trim()] : []));
    return [...names, ...there.filter((one) => !names.includes(one))];
  };
  const classes = await order('content_label.txt', 1);
  const styles = await order('style_label.txt', 2);
  const tested = new Set(styles.slice(styles.length - Math.floor(styles.length / 3)));
  const splits: Record<string, SplitRule<Motion>> = {
    'xstyle/train': { aliases: ['train'], has: ({ style }) => !tested.has(style) },
    'xstyle/val': { aliases: ['val', 'test'], has: ({ style }) => tested.has(style) },
  };
  return {
    name,
    layout,
    classes,
    fps: FPS,
    splits,
    items: motions.map((motion) => itemOf(motion, classes)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    rejected: [],
    leftOut: orphans(files),
    fingerprint: ({ file, bytes }) => `${file} ${bytes}`,
    read: async ({ id, label, stored, file }) =>
      parseBvh(await store.read(stored), { dataset: name, id, label, file, layout, fps: FPS }, { metres: METRES }),
  };
}

function itemOf({ stored, name: file, bytes, parts }: FoundFile, classes: readonly string[]): Motion {
  const [, content, style] = parts as [string, string, string];
  return { id: file.slice(0, -'.bvh'.length), label: classes.indexOf(content), setup: style, stored, file, bytes, style };
}

/** Label files without a motion. */
function orphans(files: readonly FoundFile[]) {
  const motions = new Set(files.map(({ name }) => name));
  const ids = files.flatMap(({ name }) => {
    const id = /^(dataset-.*)\.json$/.exec(name)?.[1];
    return id !== undefined && !motions.has(`${id}.bvh`) ? [id] : [];
  });
  return ids.length > 0 ? [{ reason: 'there is a label file (.json) and no motion (.bvh)', ids }] : [];
}
