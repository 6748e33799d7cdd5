import { keyedRandom } from '../../core/random.js';
import type { Prepared } from '../../core/sample.js';
import { alignBodies } from '../transforms/align-bodies.js';
import { bonesOf } from '../transforms/bones.js';
import { drawCrop, middleCrop } from '../transforms/crop.js';
import { toMotion } from '../transforms/motion.js';
import type { Planes } from '../transforms/planes.js';
import { resizeFrames } from '../transforms/resize-frames.js';
import { drawRotation, turn } from '../transforms/rotation.js';
import { bodyAxes, hipAxes } from './body-axes-of.js';
import type { Family } from './family.js';
import { needCoordinates } from './joint-roles.js';
import { prepareValid } from './prepare-valid.js';
import { trainOrTest } from './train-or-test.js';

/** Frames that a random crop keeps at least. */
const LEAST_FRAMES = 64;
/** Largest angle of the random rotation about each axis, radians. */
const MAX_ANGLE = 0.3;

/**
 * CTR-GCN, HD-GCN, BlockGCN and InfoGCN on NTU RGB+D: frames with anybody, one joint at the origin; crop, linear resampling, one
 * random rotation, bones, motion. x [C, T, V, M].
 *
 * Source: `feeders/feeder_ntu.py` of CTR-GCN (Chen et al., ICCV 2021); `utils.py` of InfoGCN (Chi et al., CVPR 2022).
 *
 * @param kind `ntu120` copies a lone actor into the second place; `infogcn` turns each person first
 */
export const ctrgcn =
  (kind: 'ntu60' | 'ntu120' | 'infogcn'): Family =>
  ({ name, args, layout, phase, space }) => {
    needCoordinates(layout, 3, name);
    const T = args.count('window_size', 64);
    const M = args.count('num_person', 2);
    const interval = trainOrTest(args, phase);
    const rotated = phase === 'train' ? args.flag('random_rot', true) : args.never('random_rot');
    const bone = args.flag('bone', false);
    const vel = args.flag('vel', false);
    args.idle('random_choose', 'random_shift', 'random_move', 'normalization');
    const axes = kind === 'infogcn' && space !== 'infogcn' ? bodyAxes(layout, name) : undefined;
    const hips = axes && hipAxes(layout, name);
    const { parents } = layout;
    const shape = { K: 1, C: 3, T, V: layout.joints.length, M };

    const finish = ({ x, shape: sizes }: Prepared, seed: number, round: number | string, id: string): Planes => {
      const planes = { x, ...sizes };
      const random = phase === 'train' ? keyedRandom('profile', seed, round, id) : undefined;
      const [low, high] = interval;
      const crop =
        random && high !== undefined ? drawCrop(random, sizes.T, [low!, high], LEAST_FRAMES) : middleCrop(sizes.T, low!);
      let out = resizeFrames(planes, crop, T, M);
      if (random && rotated) turn(out, drawRotation(random, MAX_ANGLE));
      if (bone) out = bonesOf(out, parents);
      return vel ? toMotion(out) : out;
    };

    return {
      shape,
      axes: 'CTVM',
      bodies: 'ctrgcn',
      fields: ['x', 'y', 'index'],
      steps: `valid/1 ${kind === 'infogcn' ? `align/1 ${axes ? Object.values(axes) : 'done'}` : kind} crop-resize/1 rotate/1 bone/1 motion/1`,
      prepare(clip) {
        const valid = prepareValid(clip, { space, centre: layout.centre, persons: M });
        const aligned = axes && hips ? alignBodies(valid.clip, { ...axes, ...hips }) : valid.clip;
        // Its stored clips have the copy already.
        const doubled = kind === 'ntu120' && (space !== 'ctrgcn' || clip.provenance.kind === 'generated');
        return valid.toPrepared(aligned, doubled);
      },
      finish: (prepared, { seed, round }, origin) => {
        const { id, label, provenance } = prepared;
        return { id, x: finish(prepared, seed, round, id).x, shape, label, origin, provenance };
      },
    };
  };
