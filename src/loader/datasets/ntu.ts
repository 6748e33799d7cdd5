import { join } from 'node:path';
import type { DatasetItem } from '../dataset.js';
import { parseNtuClip } from '../formats/ntu.js';
import type { RecordingsOptions } from '../open-options.js';
import { type FileConvention, findRecordings } from './find-recordings.js';
import { layoutOf } from './layout-of.js';
import { NTU_CLASSES } from './ntu-classes.js';
import { NTU_MISSING } from './ntu-missing.js';
import { type NtuName, ntuFacts, ntuSplits, parseNtuName } from './ntu-split.js';
import { type Recordings, type RejectedFile, rejectFile } from './recordings.js';

/** Kinect v2. */
export const NTU_FPS = 30;

interface Recording extends DatasetItem {
  readonly stored: string;
  readonly file: string;
  readonly bytes: number;
  readonly ntu: NtuName;
}

const convention = (classes: 60 | 120): FileConvention => ({
  name: `ntu${classes}`,
  title: classes === 60 ? 'NTU RGB+D' : 'NTU RGB+D 120',
  pattern: /(S\d{3}C\d{3}P\d{3}R\d{3}A\d{3})\.skeleton$/,
  depth: 1,
  example: 'S001C001P001R001A001.skeleton',
  folder: 'the folder "nturgb+d_skeletons"',
  places: ['nturgb+d_skeletons', 'nturgbd_raw', 'nturgbd_skeletons_s001_to_s017.zip'],
});

/**
 * Opens NTU RGB+D (`ntu60`, actions 1 to 60) or NTU RGB+D 120 (`ntu120`) in the original `.skeleton` files: a folder of them, one
 * that holds such folders, or a zip archive. The 535 incomplete recordings are left out. Splits: `xsub/train`, `xsub/val`
 * (`train`, `val`, `test`), and `xview/...` (60) or `xset/...` (120). Clips in the order of their names.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), LAYOUT_MISMATCH
 */
export async function openNtu(classes: 60 | 120, path: string, options: RecordingsOptions): Promise<Recordings<Recording>> {
  const { name, title } = convention(classes);
  const layout = await layoutOf(name, 'ntu', options.layout);
  const { store, files } = await findRecordings(path, convention(classes));
  const items = new Map<string, Recording>();
  const rejected: RejectedFile[] = [];
  const missing: string[] = [];
  const others: string[] = [];
  for (const { stored, name: file, bytes, parts } of files) {
    const id = parts[0]!;
    const ntu = parseNtuName(id)!;
    const { action, setup } = ntu;
    if (NTU_MISSING.has(id)) missing.push(id);
    else if (classes === 60 && action > 60 && action <= 120) others.push(id);
    else if (action >= 1 && action <= classes && setup >= 1) {
      // The same name in two folders is the same recording.
      items.set(id, { id, label: action - 1, ...ntuFacts(id), stored, file, bytes, ntu });
    } else
      rejected.push(
        rejectFile(id, join(store.path, stored), `${title} has the actions 1 to ${classes}, the name says ${action}`),
      );
  }
  return {
    name,
    layout,
    classes: NTU_CLASSES.slice(0, classes),
    fps: NTU_FPS,
    splits: ntuSplits<Recording>(classes),
    items: [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    rejected,
    leftOut: [
      { reason: 'they are on the list of missing or incomplete skeletons', ids: missing },
      { reason: 'their actions are those of NTU RGB+D 120', ids: others },
    ].filter(({ ids }) => ids.length > 0),
    fingerprint: ({ file, bytes }) => `${file} ${bytes}`,
    read: async ({ id, label, stored, file }, bodies) =>
      parseNtuClip(await store.read(stored), { dataset: name, id, label, file, layout, fps: NTU_FPS }, bodies),
  };
}
