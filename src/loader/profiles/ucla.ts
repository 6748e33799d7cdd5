import { keyedRandom } from '../../core/random.js';
import { bonesOf } from '../transforms/bones.js';
import { fitBox } from '../transforms/fit-box.js';
import { toMotion } from '../transforms/motion.js';
import { planesOf } from '../transforms/planes.js';
import { reroot } from '../transforms/reroot.js';
import { axisRotation, multiply, transpose, turn } from '../transforms/rotation.js';
import { takeFrames } from '../transforms/take-frames.js';
import type { Family } from './family.js';
import { findJoint, needCoordinates } from './joint-roles.js';

/** Copies of each frame that the training draws from without putting back. */
const COPIES = 100;
/** Largest angle about x and y, whole degrees. */
const MAX_DEGREES = 60;

/**
 * CTR-GCN on NW-UCLA: a random view for training, every coordinate stretched to [-1, 1], then 52 frames: drawn and sorted for
 * training, evenly spread for a test. One person. x [3, T, V, 1]. As the feeder does, `bone` and `motion` are read from `data_path`
 * too.
 *
 * Source: `feeders/feeder_ucla.py` of CTR-GCN (Chen et al., ICCV 2021), whose random scale the stretching undoes.
 */
export const ucla: Family = ({ name, args, layout, phase }) => {
  needCoordinates(layout, 3, name);
  const T = args.count('window_size', 52);
  const path = args.text('data_path', 'joint', 'a text', /^/);
  const bone = args.flag('bone', path.includes('bone'));
  const vel = args.flag('vel', path.includes('motion'));
  for (const word of ['random_choose', 'random_shift', 'random_move']) args.only(word, false, 'its feeder does not use it');
  args.only('normalization', false, 'the statistics of the whole data set are not computed');
  const root = findJoint(layout, 'shoulderCentre');
  const parents = root < 0 ? layout.parents : reroot(layout, root);
  const shape = { K: 1, C: 3, T, V: layout.joints.length, M: 1 };
  return {
    shape,
    axes: 'CTVM',
    fields: ['x', 'y', 'index'],
    steps: `view/1 box/1 frames/1 bone/1 ${parents} motion/1`,
    prepare(clip) {
      const frames = Array.from({ length: clip.shape.T }, (_, t) => t);
      const planes = planesOf(clip, frames, [0]);
      // The box does not mind where the body is; near the origin its rounding is smallest.
      const plane = planes.x.length / 3;
      for (let c = 0; c < 3; c++) {
        const origin = planes.x[c * plane + layout.centre]!;
        for (let i = c * plane; i < (c + 1) * plane; i++) planes.x[i] = planes.x[i]! - origin;
      }
      const { x, ...sizes } = phase === 'test' ? fitBox(planes) : planes;
      const { id, label, provenance } = clip;
      return { id, label, provenance, x, shape: sizes };
    },
    finish({ id, label, provenance, x, shape: sizes }, { seed, round }, origin) {
      let out = { x, ...sizes };
      if (phase === 'train') {
        const random = keyedRandom('profile', seed, round, id);
        const angle = (): number => ((random.int(2 * MAX_DEGREES + 1) - MAX_DEGREES) * Math.PI) / 180;
        const [about, over] = [angle(), angle()];
        // Rows times a matrix there, a matrix times columns here.
        const view = transpose(multiply(axisRotation(1, over), axisRotation(0, about)));
        const turned = fitBox(turn({ ...out, x: x.slice() }, view));
        const frames = random.shuffle(Int32Array.from({ length: COPIES * sizes.T }, (_, i) => i % sizes.T));
        out = takeFrames(turned, frames.subarray(0, T).sort());
      } else out = takeFrames(out, evenFrames(sizes.T, T));
      if (bone) out = bonesOf(out, parents);
      if (vel) out = toMotion(out);
      return { id, x: out.x, shape, label, origin, provenance };
    },
  };
};

/** As NumPy's `linspace(0, n - 1, wanted).astype(int)`. */
export function evenFrames(n: number, wanted: number): Int32Array {
  const step = (n - 1) / (wanted - 1);
  return Int32Array.from({ length: wanted }, (_, i) => (i === wanted - 1 && wanted > 1 ? n - 1 : Math.trunc(i * step)));
}
