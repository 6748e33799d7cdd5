import type { Family } from './family.js';

/**
 * Clips as they are, for pipelines that do everything themselves: x [1, M, T, V, C] in the units of the recording, padded with zeros
 * to `window_size` (300) frames and `num_person` (2) persons, n, the number of frames that are real, and half, 1 where the recording has
 * float16, with which a pipeline computes then. What is longer is cut. Layouts of two coordinates have a third channel, the score.
 */
export const annotation: Family = ({ args, layout }) => {
  const T = args.count('window_size', 300);
  const M = args.count('num_person', 2);
  const V = layout.joints.length;
  const scored = layout.channels === 2;
  const shape = { K: 1, C: 3, T, V, M };
  return {
    shape,
    axes: 'KMTVC',
    bodies: 'pyskl',
    fields: ['x', 'n', 'y'],
    extras: [
      { name: 'n', dtype: '<i8', shape: [] },
      { name: 'half', dtype: '<i8', shape: [] },
    ],
    steps: 'pad/1 half/1',
    prepare({ id, label, provenance, keypoint, score, half, shape: sizes }) {
      const n = Math.min(sizes.T, T);
      const persons = Math.min(sizes.M, M);
      const x = new Float32Array(persons * n * V * 3);
      let to = 0;
      for (let m = 0; m < persons; m++)
        for (let joint = m * sizes.T * V; joint < (m * sizes.T + n) * V; joint++) {
          const from = joint * layout.channels;
          x[to++] = keypoint[from]!;
          x[to++] = keypoint[from + 1]!;
          const seen = keypoint[from] !== 0 || keypoint[from + 1] !== 0;
          x[to++] = scored ? (score?.[joint] ?? (seen ? 1 : 0)) : keypoint[from + 2]!;
        }
      return { id, label, provenance, x, shape: { M: persons, T: n, V, C: 3 }, ...(half ? { half } : {}) };
    },
    finish({ id, label, provenance, x: kept, shape: sizes, half }, _key, origin) {
      const n = sizes.T;
      const x = new Float32Array(M * T * V * 3);
      for (let m = 0; m < sizes.M; m++) x.set(kept.subarray(m * n * V * 3, (m + 1) * n * V * 3), m * T * V * 3);
      const number = (value: number) => ({ dtype: '<i8', shape: [], data: Int32Array.of(value) }) as const;
      const extras = { n: number(n), half: number(half ? 1 : 0) };
      return { id, x, shape, label, origin, provenance, extras };
    },
  };
};
