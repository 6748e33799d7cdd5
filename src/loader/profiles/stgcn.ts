import type { Clip } from '../../core/clip.js';
import { keyedRandom } from '../../core/random.js';
import { bonesOf } from '../transforms/bones.js';
import { energyOrder } from '../transforms/energy-order.js';
import { toMotion } from '../transforms/motion.js';
import { placeFrames } from '../transforms/place-frames.js';
import { type Planes, planesOf } from '../transforms/planes.js';
import { preNormalizeAgcn } from '../transforms/pre-normalize-agcn.js';
import { drawPlace, movePicture } from '../transforms/random-move.js';
import { bodyAxes } from './body-axes-of.js';
import { drawWindow } from './draw-window.js';
import type { Family } from './family.js';
import { needCoordinates } from './joint-roles.js';

/** Frames of a stored sequence. */
const MAX_FRAMES = 300;

/**
 * ST-GCN, 2s-AGCN and MS-G3D on NTU RGB+D: sequences of 300 frames, or windows of them. x [C, T, V, M].
 *
 * Source: `feeder/feeder.py` of ST-GCN (Yan et al., AAAI 2018); `data_gen/` and `feeders/feeder.py` of 2s-AGCN (Shi et al., CVPR 2019).
 *
 * @param kind `stgcn` takes clips as they are and pads with zeros, `agcn` normalises them and fills up by repeating
 */
export const stgcn =
  (kind: 'stgcn' | 'agcn'): Family =>
  ({ name, args, layout, phase, space }) => {
    needCoordinates(layout, 3, name);
    const stored = args.count('max_frame', MAX_FRAMES);
    const M = args.count('num_person', 2);
    const window = args.window('window_size');
    const draws = ['random_choose', 'random_shift', 'random_move'] as const;
    const [choose, shift, move] = draws.map((word) => (phase === 'train' ? args.flag(word, false) : args.never(word)));
    const bone = args.flag('bone', false);
    const vel = args.flag('vel', false);
    args.only(
      'normalization',
      false,
      'it would take the mean and deviation of the whole data set; give files that are normalised',
    );
    const T = choose ? (window ?? stored) : Math.max(stored, window ?? 0);
    const shape = { K: 1, C: 3, T, V: layout.joints.length, M };
    const axes = kind === 'agcn' && space !== 'agcn' ? bodyAxes(layout, name) : undefined;

    const chosen = (clip: Clip): Clip =>
      axes ? preNormalizeAgcn(reorder(clip, energyOrder(clip).slice(0, M)), stored, axes) : clip;

    return {
      shape,
      axes: 'CTVM',
      bodies: kind,
      fields: name === 'stgcn-ntu' ? ['x', 'y'] : ['x', 'y', 'index'],
      steps: `${kind}/1 ${axes ? Object.values(axes) : 'as stored'} bone/1 motion/1 window/1 move/1`,
      prepare(clip) {
        const { keypoint, shape: sizes } = chosen(clip);
        const frames = Array.from({ length: Math.min(sizes.T, stored) }, (_, t) => t);
        const persons = Array.from({ length: Math.min(sizes.M, M) }, (_, m) => m);
        let planes = planesOf({ keypoint, shape: sizes }, frames, persons);
        if (bone) planes = bonesOf(planes, layout.parents);
        // Zero frames follow: the way into them counts as in a sequence that was stored with them.
        if (vel) planes = toMotion(planes.T < stored ? placeFrames(planes, 0, planes.T + 1) : planes);
        const lead = emptyLead(planes);
        const { x, ...own } = lead > 0 ? placeFrames(planes, -lead, planes.T - lead) : planes;
        const { id, label, provenance } = clip;
        return { id, label, provenance, x, shape: own, firstFrame: lead };
      },
      finish({ id, label, provenance, x, shape: own, firstFrame: begin = 0 }, { seed, round }, origin) {
        const planes = { x, ...own };
        const random = phase === 'train' ? keyedRandom('profile', seed, round, id) : undefined;
        const first = random ? drawWindow(random, planes, { stored, window: T, begin, shift: shift!, choose: choose! }) : begin;
        const out = placeFrames(planes, first, T, M);
        if (random && move) movePicture(out, drawPlace(random), drawPlace(random));
        return { id, x: out.x, shape, label, origin, provenance };
      },
    };
  };

/** Frames before the first that is not all zero; the last one never counts. */
function emptyLead({ x, C, T, V, M }: Planes): number {
  const frame = V * M;
  for (let t = 0; t < T - 1; t++)
    for (let c = 0; c < C; c++) {
      const from = (c * T + t) * frame;
      for (let i = from; i < from + frame; i++) if (x[i] !== 0) return t;
    }
  return T - 1;
}

/** The clip with some of its persons, in the given order. */
function reorder(clip: Clip, order: readonly number[]): Clip {
  const { keypoint, shape } = clip;
  const size = shape.T * shape.V * shape.C;
  const moved = new Float32Array(order.length * size);
  for (const [m, person] of order.entries()) moved.set(keypoint.subarray(person * size, (person + 1) * size), m * size);
  return { ...clip, keypoint: moved, shape: { ...shape, M: order.length } };
}
