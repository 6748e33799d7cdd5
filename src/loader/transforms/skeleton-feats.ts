import type { Clip } from '../../core/clip.js';

/** What PYSKL calls its modalities: joints, bones, and the motion of both. */
export const FEATS = ['j', 'b', 'jm', 'bm'] as const;

export type Feat = (typeof FEATS)[number];

/**
 * Joints, bones and their motion, one behind the other on the channel axis: [M, T, V, 3 feats]. Gives a new array.
 *
 * Source: `GenSkeFeat` of PYSKL (Duan et al., 2022).
 *
 * @param keypoint [M, T, V, 3]
 * @param parents of the bones; joints with themselves or -1 have the bone zero
 * @param scored the third channel is a score: a bone and a motion have the mean of the two scores they come from
 */
export function skeletonFeats(
  { keypoint, shape }: Pick<Clip, 'keypoint' | 'shape'>,
  feats: readonly Feat[],
  parents: readonly number[],
  scored: boolean,
): Float32Array {
  if (feats.length === 1 && feats[0] === 'j') return keypoint;
  const { M, T, V } = shape;
  const needed = feats.some((feat) => feat.startsWith('b'));
  const bones = needed ? bonesOf(keypoint, V, parents, scored) : keypoint;
  const F = feats.length;
  const out = new Float32Array(keypoint.length * F);
  for (const [f, feat] of feats.entries()) {
    const from = feat.startsWith('b') ? bones : keypoint;
    const values = feat.endsWith('m') ? motionOf(from, M, T, V, scored) : from;
    for (let joint = 0; joint < M * T * V; joint++)
      for (let c = 0; c < 3; c++) out[(joint * F + f) * 3 + c] = values[joint * 3 + c]!;
  }
  return out;
}

function bonesOf(x: Float32Array, V: number, parents: readonly number[], scored: boolean): Float32Array {
  const bones = new Float32Array(x.length);
  for (let frame = 0; frame < x.length; frame += V * 3)
    for (let v = 0; v < V; v++) {
      const at = frame + 3 * v;
      const parent = parents[v]! < 0 ? v : parents[v]!;
      const from = frame + 3 * parent;
      for (let c = 0; c < 3; c++) bones[at + c] = x[at + c]! - x[from + c]!;
      if (scored) bones[at + 2] = (x[at + 2]! + x[from + 2]!) / 2;
    }
  return bones;
}

function motionOf(x: Float32Array, M: number, T: number, V: number, scored: boolean): Float32Array {
  const motion = new Float32Array(x.length);
  const frame = V * 3;
  for (let m = 0; m < M; m++)
    for (let at = m * T * frame; at < (m * T + T - 1) * frame; at++)
      motion[at] = scored && at % 3 === 2 ? (x[at]! + x[at + frame]!) / 2 : x[at + frame]! - x[at]!;
  return motion;
}
