import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeNpz } from '../../src/cli/npz/write-npz.js';
import type { Clip } from '../../src/core/clip.js';
import { openDataset } from '../../src/loader/index.js';

/** Folder of a real data set: `$SKELMIX_DATA/NAME`, else `../shared/data/NAME` beside the repository; undefined where there is none. */
export function realClips(name: string): string | undefined {
  const root = process.env.SKELMIX_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
  const path = `${root}/${name}`;
  return existsSync(path) ? path : undefined;
}

/** Writes the clips of a training split as `keypoints` [N, M, T, V, C] and `lengths`, for Python to read; returns how many there are. */
export async function writeClips(spec: string, path: string): Promise<number> {
  const dataset = await openDataset(spec, { split: 'train' });
  const clips: Clip[] = [];
  for await (const clip of dataset.clips()) clips.push(clip);
  const { V, C } = clips[0]!.shape;
  const [M, T] = (['M', 'T'] as const).map((axis) => Math.max(...clips.map(({ shape }) => shape[axis])));
  const keypoints = new Float32Array(clips.length * M! * T! * V * C);
  for (const [n, { keypoint, shape }] of clips.entries())
    for (let m = 0; m < shape.M; m++) {
      const person = shape.T * V * C;
      keypoints.set(keypoint.subarray(m * person, (m + 1) * person), (n * M! + m) * T! * V * C);
    }
  await writeNpz(path, {
    keypoints: { dtype: '<f4', shape: [clips.length, M!, T!, V, C], data: keypoints },
    lengths: { dtype: '<i8', shape: [clips.length], data: clips.map(({ shape }) => shape.T) },
  });
  return clips.length;
}
