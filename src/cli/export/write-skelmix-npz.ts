import { writeNpz } from '../npz/write-npz.js';
import type { ClipWriter } from './exported-clips.js';
import { layoutFile } from './layout-file.js';

const text = (data: readonly string[]) => ({ dtype: 'text', shape: [data.length], data }) as const;

/**
 * Writes clips in skelmix' own form (docs/formats.md): `keypoints` [N, M, T, V, C], `labels`, `ids`, `class_names`, `joint_names`,
 * `layout`, `fps`. As a data set, `npz:FILE`, the file is a split `train`.
 *
 * @throws the file system's error, or RangeError above 4 GiB
 */
export const writeSkelmixNpz: ClipWriter = async (path, { clips, classes, layout }) => {
  const { shape, fps } = clips[0]!;
  const { M, T, V, C } = shape;
  const size = M * T * V * C;
  const keypoints = new Float32Array(clips.length * size);
  for (const [n, clip] of clips.entries()) keypoints.set(clip.keypoint, n * size);
  await writeNpz(path, {
    keypoints: { dtype: '<f4', shape: [clips.length, M, T, V, C], data: keypoints },
    labels: { dtype: '<i8', shape: [clips.length], data: clips.map((clip) => clip.label) },
    ids: text(clips.map((clip) => clip.id)),
    class_names: text(classes),
    joint_names: text(layout.joints),
    layout: text([JSON.stringify(layoutFile(layout))]),
    fps: { dtype: '<f4', shape: [1], data: Float32Array.of(fps) },
  });
};
