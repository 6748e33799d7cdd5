import { keyedRandom } from '../../core/random.js';
import { bonesOf } from '../transforms/bones.js';
import { toMotion } from '../transforms/motion.js';
import type { Family } from './family.js';
import { needCoordinates } from './joint-roles.js';
import { prepareView, uclaBones, viewFrames } from './ucla-frames.js';

const NUM_FRAMES = 52;

/**
 * CTR-GCN on NW-UCLA: a random view for training, every coordinate stretched to [-1, 1], then 52 frames: drawn and sorted for
 * training, evenly spread for a test. One person. x [3, T, V, 1]. As the feeder does, `bone` and `motion` are read from `data_path`
 * too; unlike there, `window_size` is the number of frames.
 *
 * Source: `feeders/feeder_ucla.py` of CTR-GCN (Chen et al., ICCV 2021).
 */
export const ucla: Family = ({ name, args, layout, phase }) => {
  needCoordinates(layout, 3, name);
  const T = args.frames('window_size', NUM_FRAMES);
  const path = args.text('data_path', 'joint', 'a text', /^/);
  const bone = args.flag('bone', path.includes('bone'));
  const vel = args.flag('vel', path.includes('motion'));
  args.idle('random_choose', 'random_shift', 'random_move');
  args.only('normalization', false, 'its feeder fails with it');
  const parents = uclaBones(layout);
  const shape = { K: 1, C: 3, T, V: layout.joints.length, M: 1 };
  return {
    shape,
    axes: 'CTVM',
    fields: ['x', 'y', 'index'],
    steps: `view/1 box/1 frames/1 bone/1 ${parents} motion/1`,
    prepare: (clip) => prepareView(clip, layout.centre, phase),
    finish(prepared, { seed, round }, origin) {
      const { id, label, provenance } = prepared;
      const random = phase === 'train' ? keyedRandom('profile', seed, round, id) : undefined;
      let { planes } = viewFrames(prepared, T, random);
      if (bone) planes = bonesOf(planes, parents);
      if (vel) planes = toMotion(planes);
      return { id, x: planes.x, shape, label, origin, provenance };
    },
  };
};
