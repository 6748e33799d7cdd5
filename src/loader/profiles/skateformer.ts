import { keyedRandom, type Random } from '../../core/random.js';
import type { Prepared, SampleKey } from '../../core/sample.js';
import { adoptLengths } from '../transforms/adopt-lengths.js';
import { bonesOf } from '../transforms/bones.js';
import { drawCrop, middleCrop } from '../transforms/crop.js';
import { toMotion } from '../transforms/motion.js';
import { parentsFirst } from '../transforms/reroot.js';
import { resizeFrames, tapsOf } from '../transforms/resize-frames.js';
import { takeFrames } from '../transforms/take-frames.js';
import { takeJoints } from '../transforms/take-joints.js';
import { drawsOf, spreadFrames } from '../transforms/uniform-sample.js';
import type { Family } from './family.js';
import { needCoordinates } from './joint-roles.js';
import { prepareValid } from './prepare-valid.js';
import { augment, type TimedPlanes } from './skateformer-augment.js';
import { partitionOf, skateBones } from './skateformer-parts.js';
import { trainOrTest } from './train-or-test.js';

/**
 * SkateFormer on NTU RGB+D: CTR-GCN's clips; 64 frames spread over a crop; variations, or the bone lengths of another clip of the class;
 * joints in the order of its partition. x [3, T, V, M], and t [T]: the places of the frames from -1 (first) to 1.
 *
 * Source: `feeders/feeder_ntu.py` and `tools.py` of SkateFormer (Do and Kim, ECCV 2024) with its published configuration.
 */
export const skateformer: Family = ({ name, args, layout, phase, space }) => {
  needCoordinates(layout, 3, name);
  const train = phase === 'train';
  const T = args.count('window_size', 64);
  const M = args.count('num_person', 2);
  const interval = trainOrTest(args, phase);
  const thres = args.count('thres', 64);
  const uniform = args.flag('uniform', true);
  const dataType = args.choice('data_type', 'j', ['j', 'b', 'jm', 'bm']);
  const methods = train
    ? args.text('aug_method', 'a123489', 'letters out of ab123456789, z for none', /^[ab1-9z]*$/)
    : args.never('aug_method', 'z');
  const share = (word: string, usual: number): number => (train ? args.number(word, usual) : args.never(word, 0));
  const [intra, inter] = [share('intra_p', 0.5), share('inter_p', 0.2)];
  const partition = args.flag('partition', true) ? partitionOf(layout) : undefined;
  const parents = skateBones(layout);
  const order = parentsFirst(parents);
  const V = partition?.length ?? layout.joints.length;
  const shape = { K: 1, C: 3, T, V, M };

  const randomOf = ({ id }: Prepared, { seed, round }: SampleKey): Random => keyedRandom('profile', seed, round, id);
  /** Which kind of variation comes first of all draws, so that `partnerOf` knows it too. */
  const kindOf = (chance: number): 'intra' | 'inter' | 'none' =>
    chance < intra ? 'intra' : chance < intra + inter ? 'inter' : 'none';

  const sample = ({ x, shape: sizes }: Prepared, random: Random | undefined): TimedPlanes => {
    const n = sizes.T;
    const [low, high] = interval;
    const drawn = random && high !== undefined ? drawCrop(random, n, [low!, high], thres) : undefined;
    const middle = middleCrop(n, low!);
    const spread = { first: middle.first, length: Math.min(Math.max(Math.floor(n * low!), thres), n) };
    const { first, length } = drawn ?? (uniform ? spread : middle);
    const planes = { x, ...sizes };
    const place = (frame: number): number => (2 * frame) / n - 1;
    if (!uniform || length < T) {
      // A spread crop may reach behind the end, where a stored sequence has zeros.
      const frames = Int32Array.from({ length }, (_, i) => first + i);
      const { before, after, weight } = tapsOf(length, T);
      const t = Float32Array.from({ length: T }, (_, i) => place(first + before[i]! + (after[i]! - before[i]!) * weight[i]!));
      const run = first + length > n ? takeFrames(planes, frames) : undefined;
      return { planes: run ? resizeFrames(run, { first: 0, length }, T, M) : resizeFrames(planes, { first, length }, T, M), t };
    }
    const even = (): Int32Array => Int32Array.from({ length: T }, (_, i) => Math.floor((i * length) / T));
    const frames = (drawn && random ? spreadFrames(drawsOf(random), length, T) : even()).map((frame) => frame + first);
    return { planes: takeFrames(planes, frames, M), t: Float32Array.from(frames, place) };
  };

  return {
    shape,
    axes: 'CTVM',
    bodies: 'ctrgcn',
    fields: ['x', 't', 'y', 'index'],
    extras: [{ name: 't', dtype: '<f4', shape: [T] }],
    steps: `valid/1 crop/1 augment/1 bones/1 ${parents} partition/1 ${partition}`,
    prepare(clip) {
      const valid = prepareValid(clip, { space, centre: layout.centre, persons: M });
      return valid.toPrepared(valid.clip);
    },
    partnerOf(prepared, key) {
      if (!train || inter === 0) return undefined;
      const random = randomOf(prepared, key);
      return kindOf(random.uniform()) === 'inter' ? random.uniform() : undefined;
    },
    finish(prepared, key, origin, partner) {
      const { id, label, provenance } = prepared;
      const random = train ? randomOf(prepared, key) : undefined;
      const kind = random ? kindOf(random.uniform()) : 'none';
      // The place of the partner, whether it is there or not.
      if (random && kind === 'inter') random.uniform();
      let { planes, t } = sample(prepared, random);
      if (random && kind === 'intra') ({ planes, t } = augment({ planes, t }, methods, prepared.shape.M, layout.mirror, random));
      else if (kind === 'inter' && partner) {
        const frames = Int32Array.from(t, (place) => roundHalfEven(((place + 1) * partner.shape.T) / 2));
        const other = takeFrames({ x: partner.x, ...partner.shape }, frames, M);
        planes = adoptLengths(planes, other, parents, order);
      }
      if (dataType.startsWith('b')) planes = bonesOf(planes, parents);
      if (dataType.endsWith('m')) planes = toMotion(planes);
      if (partition) planes = takeJoints(planes, partition);
      const extras = { t: { dtype: '<f4', shape: [T], data: t } } as const;
      return { id, x: planes.x, shape, label, origin, provenance, extras };
    },
  };
};

/** As NumPy rounds. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
