import { keyedRandom } from '../../core/random.js';
import { bonesOf } from '../transforms/bones.js';
import { dropJoints } from '../transforms/drop-joints.js';
import { toMotion } from '../transforms/motion.js';
import { takeJoints } from '../transforms/take-joints.js';
import type { Family } from './family.js';
import { needCoordinates } from './joint-roles.js';
import { partitionOf } from './skateformer-parts.js';
import { prepareView, uclaBones, viewFrames } from './ucla-frames.js';

const NUM_FRAMES = 64;
/** Joints that are dropped at least and at most. */
const DROPPED = [4, 12] as const;

/**
 * SkateFormer on NW-UCLA: frames as CTR-GCN's feeder takes them, 64 of them; for training one coordinate is gone with probability `p`,
 * and some joints in some frames are; then `data_type`, and joints in the order of its partition. One person. x [3, T, V, 1], and t [T]: the
 * places of the frames from -1 (first) to 1.
 *
 * Source: `feeders/feeder_ucla.py` of SkateFormer (Do and Kim, ECCV 2024) with its published configuration.
 */
export const skateformerUcla: Family = ({ name, args, layout, phase }) => {
  needCoordinates(layout, 3, name);
  const train = phase === 'train';
  const T = args.frames('window_size', NUM_FRAMES);
  const dataType = args.choice('data_type', 'j', ['j', 'b', 'jm', 'bm']);
  const chance = train ? args.number('p', 0.5) : args.never('p', 0);
  const partition = args.flag('partition', true) ? partitionOf(layout) : undefined;
  const parents = uclaBones(layout);
  const shape = { K: 1, C: 3, T, V: partition?.length ?? layout.joints.length, M: 1 };
  return {
    shape,
    axes: 'CTVM',
    fields: ['x', 't', 'y', 'index'],
    extras: [{ name: 't', dtype: '<f4', shape: [T] }],
    steps: `view/1 box/1 frames/1 drop/1 bone/1 ${parents} motion/1 partition/1 ${partition}`,
    prepare: (clip) => prepareView(clip, layout.centre, phase),
    finish(prepared, { seed, round }, origin) {
      const { id, label, provenance, shape: sizes } = prepared;
      const random = train ? keyedRandom('profile', seed, round, id) : undefined;
      const viewed = viewFrames(prepared, T, random);
      let { planes } = viewed;
      if (random && random.uniform() < chance) {
        const [axis, plane] = [random.int(3), planes.x.length / 3];
        planes.x.fill(0, axis * plane, (axis + 1) * plane);
      }
      if (random && random.uniform() < chance) planes = dropJoints(planes, random, DROPPED);
      if (dataType.startsWith('b')) planes = bonesOf(planes, parents);
      if (dataType.endsWith('m')) planes = toMotion(planes);
      if (partition) planes = takeJoints(planes, partition);
      const t = Float32Array.from(viewed.frames, (frame) => (2 * frame) / sizes.T - 1);
      const extras = { t: { dtype: '<f4', shape: [T], data: t } } as const;
      return { id, x: planes.x, shape, label, origin, provenance, extras };
    },
  };
};
