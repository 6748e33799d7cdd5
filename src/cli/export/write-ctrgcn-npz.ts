import { writeNpz } from '../npz/write-npz.js';
import type { ClipWriter } from './exported-clips.js';

/** The loaders of CTR-GCN and its kin take rows of two persons. */
const MIN_PERSONS = 2;

/**
 * Writes clips as CTR-GCN, HD-GCN, infogcn and SkateFormer read them: `x_train` [N, T, M V C] with at least two persons, absent ones as
 * zeros, `y_train` one-hot [N, K]; `x_test` and `y_test` are empty, since nothing synthetic belongs there.
 *
 * @throws the file system's error, or RangeError above 4 GiB
 */
export const writeCtrgcnNpz: ClipWriter = async (path, { clips, classes }) => {
  const { M, T, V, C } = clips[0]!.shape;
  const persons = Math.max(M, MIN_PERSONS);
  const body = V * C;
  const width = persons * body;
  const N = clips.length;
  const K = classes.length;
  const x = new Float32Array(N * T * width);
  const y = new Float32Array(N * K);
  for (const [n, { keypoint, label }] of clips.entries()) {
    for (let m = 0; m < M; m++)
      for (let t = 0; t < T; t++)
        x.set(keypoint.subarray((m * T + t) * body, (m * T + t + 1) * body), (n * T + t) * width + m * body);
    y[n * K + label] = 1;
  }
  const none = new Float32Array(0);
  await writeNpz(path, {
    x_train: { dtype: '<f4', shape: [N, T, width], data: x },
    y_train: { dtype: '<f4', shape: [N, K], data: y },
    x_test: { dtype: '<f4', shape: [0, T, width], data: none },
    y_test: { dtype: '<f4', shape: [0, K], data: none },
  });
};
