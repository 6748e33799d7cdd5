import { keyedRandom } from '../../core/random.js';
import { matchPoses } from '../transforms/match-poses.js';
import { placeFrames } from '../transforms/place-frames.js';
import { drawPlace, movePicture } from '../transforms/random-move.js';
import { drawWindow } from './draw-window.js';
import type { Family } from './family.js';
import { needCoordinates } from './joint-roles.js';
import { picturePlanes } from './picture-planes.js';

/** Frames of a stored sequence, and of a training sample. */
const MAX_FRAMES = 300;
const WINDOW = 150;
/** Clips are read with the two best persons of each frame. */
const MOST_PERSONS = 2;

/**
 * ST-GCN on Kinetics-skeleton: x and y from the middle of the picture and the score; for training a random window of 150 frames that
 * moves like a camera, for a test all 300; where asked for, persons are followed from frame to frame. x [3, T, V, M].
 *
 * Source: `feeder/feeder_kinetics.py` and `feeder/feeder.py` of ST-GCN (Yan et al., AAAI 2018) with its published configuration.
 */
export const kinetics: Family = ({ name, args, layout, phase, space }) => {
  needCoordinates(layout, 2, name);
  const stored = args.count('max_frame', MAX_FRAMES);
  const M = args.few('num_person_out', 2, MOST_PERSONS);
  args.only('num_person_in', 5, 'clips are read like that');
  const matched = args.flag('pose_matching', false);
  args.only('normalization', false, 'it would take the mean and deviation of the whole data set');
  const train = phase === 'train';
  const window = train ? args.window('window_size', WINDOW) : args.never('window_size', null);
  const choose = train ? args.flag('random_choose', true) : args.never('random_choose');
  const shift = train ? args.flag('random_shift', false) : args.never('random_shift');
  const move = train ? args.flag('random_move', true) : args.never('random_move');
  const T = choose ? (window ?? stored) : Math.max(stored, window ?? 0);
  const shape = { K: 1, C: 3, T, V: layout.joints.length, M };
  return {
    shape,
    axes: 'CTVM',
    fields: ['x', 'y'],
    steps: 'middle/1 scores/1 window/1 move/1 match/1',
    prepare(clip) {
      const begin = Math.min(clip.firstFrame ?? 0, stored - 1);
      const planes = picturePlanes(clip, { most: stored - begin, persons: M, space });
      const { x, ...sizes } = planes;
      const { id, label, provenance } = clip;
      return { id, label, provenance, x, shape: sizes, firstFrame: begin };
    },
    finish({ id, label, provenance, x, shape: sizes, firstFrame = 0 }, { seed, round }, origin) {
      const planes = { x, ...sizes };
      const random = train ? keyedRandom('profile', seed, round, id) : undefined;
      const first = random ? drawWindow(random, planes, { stored, window: T, begin: firstFrame, shift, choose }) : firstFrame;
      const out = placeFrames(planes, first, T, M);
      if (random && move) movePicture(out, drawPlace(random), drawPlace(random));
      const { x: done } = matched ? matchPoses(out) : out;
      return { id, x: done, shape, label, origin, provenance };
    },
  };
};
