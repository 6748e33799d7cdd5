import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { keyedRandom, type Random } from '../../core/random.js';
import { addJointNoise } from '../transforms/joint-noise.js';
import { pictureOf } from '../transforms/picture-of.js';
import { preNormalize2D } from '../transforms/pre-normalize-2d.js';
import { preNormalize3D } from '../transforms/pre-normalize-3d.js';
import { presentFrames } from '../transforms/present-frames.js';
import { drawRotation, turnJoints } from '../transforms/rotation.js';
import { FEATS, skeletonFeats } from '../transforms/skeleton-feats.js';
import { drawFrames, drawsOf, testFrames, type UniformSample } from '../transforms/uniform-sample.js';
import { bodyAxes } from './body-axes-of.js';
import type { Family } from './family.js';
import { needCoordinates } from './joint-roles.js';
import { pysklBones } from './pyskl-bones.js';

/** Clips of one recording in a test. */
const TEST_CLIPS = 10;

/**
 * PYSKL, ProtoGCN and MMAction2: PreNormalize3D or PreNormalize2D, GenSkeFeat, UniformSample, FormatGCNInput. x [K, M, T, V, C], with
 * `clip_len` (100) frames, three channels a feature of `feats` (`j`), one clip for training and `num_clips` (10) for a test, whose
 * frames are PYSKL's own. Random rotation (`theta`, radians), scale (`scale`) and noise (`sigma`) are off unless given.
 *
 * Source: PYSKL (Duan et al., 2022), `pyskl/datasets/pipelines/`.
 *
 * @param channels coordinates of a joint: 3, or 2 and a score
 */
export const pyskl =
  (channels: 2 | 3): Family =>
  ({ name, args, layout, phase, space }) => {
    needCoordinates(layout, channels, name);
    const train = phase === 'train';
    const clipLen = args.count('clip_len', 100);
    const numClips = args.count('num_clips', train ? 1 : TEST_CLIPS);
    const [low, high = low] = args.shares('p_interval', [1]);
    const M = args.count('num_person', 2);
    const feats = args.words('feats', ['j'], FEATS);
    args.choice('mode', 'zero', ['zero', 'loop']);
    args.only('seed', 255, 'tests draw the frames that PYSKL draws');
    const sample: UniformSample = { clipLen, numClips, share: [low!, high!] };
    const draw = (word: string): number => (train ? args.number(word, 0) : args.never(word, 0));
    const [theta, sigma] = [draw('theta'), draw('sigma')];
    const scale = train ? args.perAxis('scale', 0, 3) : args.never('scale', [0, 0, 0]);
    const scaled = scale.some((size) => size > 0);
    const scored = channels === 2;
    for (const word of ['theta', 'sigma'])
      if (scored && args.resolved[word] !== 0) args.only(word, 0, 'it would change the scores');
    const steps = scored
      ? undefined
      : { alignCentre: args.flag('align_center', true), alignSpine: args.flag('align_spine', true) };
    const axes = steps ? bodyAxes(layout, name) : undefined;
    const picture = scored ? args.size('img_shape', [1080, 1920]) : undefined;
    const parents = pysklBones(layout);
    const C = 3 * feats.length;
    const shape = { K: numClips, C, T: clipLen, V: layout.joints.length, M };

    const normalise = (clip: Clip): Pick<Clip, 'keypoint' | 'shape'> =>
      axes && steps ? preNormalize3D(clip, axes, steps) : preNormalize2D(clip, pictureOf(clip, space, picture));

    /** What noise has to come before is left for later. */
    const late = sigma > 0;

    const vary = (x: Float32Array, random: Random): void => {
      if (scaled) {
        const factors = scale.map((size) => 1 + (2 * random.uniform() - 1) * size);
        for (let i = 0; i < x.length; i++) x[i] = x[i]! * factors[i % 3]!;
      }
      if (theta > 0) turnJoints(x, drawRotation(random, theta));
    };

    return {
      shape,
      axes: 'KMTVC',
      bodies: 'pyskl',
      fields: ['x', 'y'],
      steps: `normalise/1 ${axes ? Object.values(axes) : ''} feats/1 ${parents} uniform/1 format/1`,
      prepare(clip) {
        if (presentFrames(clip).length === 0)
          throw new DataError('CLIP_EMPTY', `clip ${clip.id} has nobody in any of its ${clip.shape.T} frames`, {
            details: { clip: clip.id },
          });
        const normal = normalise(clip);
        const x = late ? normal.keypoint : skeletonFeats(normal, feats, parents, scored);
        const { id, label, provenance } = clip;
        return { id, label, provenance, x, shape: { ...normal.shape, C: late ? 3 : C } };
      },
      finish({ id, label, provenance, x: kept, shape: sizes }, { seed, round }, origin) {
        const random = train ? keyedRandom('profile', seed, round, id) : undefined;
        const { T, V } = sizes;
        const frames = random ? drawFrames(drawsOf(random), T, sample) : testFrames(T, sample);
        let source = kept;
        if (random && late) {
          source = addJointNoise(kept.slice(), sizes, sigma, random);
          vary(source, random);
          source = skeletonFeats({ keypoint: source, shape: sizes }, feats, parents, scored);
        }
        const width = V * C;
        const x = new Float32Array(numClips * M * clipLen * width);
        let to = 0;
        for (let k = 0; k < numClips; k++)
          for (let m = 0; m < M; m++) {
            if (m >= sizes.M) {
              to += clipLen * width;
              continue;
            }
            for (let i = 0; i < clipLen; i++, to += width) {
              const from = (m * T + frames[k * clipLen + i]!) * width;
              x.set(source.subarray(from, from + width), to);
            }
          }
        // Both are linear, so that they may as well come after bones and motion.
        if (random && !late) vary(x, random);
        return { id, x, shape, label, origin, provenance };
      },
    };
  };
