import type { Clip } from '../../core/clip.js';
import { writePieces } from '../npz/write-pieces.js';
import type { ClipWriter } from './exported-clips.js';
import { type Pickled, pickle } from './pickle.js';

/**
 * Writes clips as an annotation file of PYSKL and MMAction2: `{split: {train: names, val: []}, annotations: [{frame_dir, label,
 * total_frames, keypoint [M, T, V, C]}]}` in float16, as PYSKL's own files are. 2-D clips have a `keypoint_score` of 1 for every joint
 * that is not at zero.
 *
 * @throws the file system's error
 */
export const writePysklPkl: ClipWriter = async (path, { clips }) => {
  const content: Pickled = new Map<string, Pickled>([
    [
      'split',
      new Map<string, Pickled>([
        ['train', clips.map(({ id }) => id)],
        ['val', []],
      ]),
    ],
    ['annotations', clips.map(annotation)],
  ]);
  await writePieces(path, pickle(content));
};

function annotation({ id, label, keypoint, shape }: Clip): Pickled {
  const { M, T, V, C } = shape;
  const entries: [string, Pickled][] = [
    ['frame_dir', id],
    ['label', label],
    ['total_frames', T],
    ['keypoint', { float16: keypoint, shape: [M, T, V, C] }],
  ];
  if (C === 2) {
    const seen = Float32Array.from({ length: M * T * V }, (_, i) => (keypoint[2 * i] !== 0 || keypoint[2 * i + 1] !== 0 ? 1 : 0));
    entries.push(['keypoint_score', { float16: seen, shape: [M, T, V] }]);
  }
  return new Map(entries);
}
