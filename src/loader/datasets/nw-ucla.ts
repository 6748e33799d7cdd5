import { DataError } from '../../core/errors.js';
import { parseNwUcla } from '../formats/nw-ucla.js';
import type { RecordingsOptions } from '../open-options.js';
import type { FileConvention } from './find-recordings.js';
import { type FileItem, openFiles } from './open-files.js';
import type { Recordings } from './recordings.js';

/** Frame rate of the sensor; the files state none. */
const FPS = 30;
const CONVENTION: FileConvention = {
  name: 'nw-ucla',
  title: 'NW-UCLA',
  pattern: /a(\d\d)_s(\d\d)_e(\d\d)_v(\d\d)\.json$/,
  example: 'a01_s01_e00_v01.json',
  folder: 'the folder "all_sqe"',
  places: ['all_sqe', 'all_sqe.tar.gz', 'all_sqe.zip', 'NW-UCLA/all_sqe', 'nw-ucla/all_sqe'],
};

/** Action numbers of the file names in the order of the labels; 7 and 10 were not released. */
const ACTIONS: ReadonlyMap<number, string> = new Map([
  [1, 'pick up with one hand'],
  [2, 'pick up with two hands'],
  [3, 'drop trash'],
  [4, 'walk around'],
  [5, 'sit down'],
  [6, 'stand up'],
  [8, 'donning'],
  [9, 'doffing'],
  [11, 'throw'],
  [12, 'carry'],
]);

interface Sequence extends FileItem {
  readonly person: number;
  readonly camera: number;
}

/**
 * Opens Northwestern-UCLA Multiview Action 3D in the JSON files that CTR-GCN's readme links: `all_sqe` with
 * `a{action}_s{subject}_e{repetition}_v{view}.json`, a folder that holds it, or its archive. Splits: `xview/train` (views 1 and
 * 2; `train`), `xview/val` (view 3; `val`, `test`), `xsub/train` (odd subjects), `xsub/val`. Clips in the order of the file names.
 *
 * Source: Wang et al., CVPR 2014; labels as in the files, which CTR-GCN's lists agree with.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED (nothing of the kind there), LAYOUT_MISMATCH
 */
export const openNwUcla = (path: string, options: RecordingsOptions): Promise<Recordings<Sequence>> =>
  openFiles<Sequence>(path, options, {
    convention: CONVENTION,
    layout: 'kinect-v1',
    classes: [...ACTIONS.values()],
    fps: FPS,
    splits: {
      'xview/train': { aliases: ['train'], has: ({ camera }) => camera !== 3 },
      'xview/val': { aliases: ['val', 'test'], has: ({ camera }) => camera === 3 },
      'xsub/train': { has: ({ person }) => person % 2 === 1 },
      'xsub/val': { has: ({ person }) => person % 2 === 0 },
    },
    itemOf({ name: file, parts }) {
      const [action, person, , camera] = parts.map(Number) as [number, number, number, number];
      const id = file.slice(0, -'.json'.length);
      const actions = [...ACTIONS.keys()];
      const label = actions.indexOf(action);
      if (label >= 0) return { id, label, subject: `s${parts[1]}`, view: `v${parts[3]}`, person, camera };
      return { id, wrong: `NW-UCLA has the actions ${actions.join(', ')}, the name says ${action}` };
    },
    parse(bytes, facts) {
      const { file, label } = facts;
      const read = parseNwUcla(bytes, facts);
      if (read.label !== undefined && read.label !== label + 1)
        throw new DataError(
          'FORMAT_UNSUPPORTED',
          `${file}, label: the file says ${read.label}, its name stands for ${label + 1} (${[...ACTIONS.values()][label]})`,
          { details: { file, expected: label + 1, got: read.label } },
        );
      return read.clip;
    },
  });
