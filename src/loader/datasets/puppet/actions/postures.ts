import type { Random } from '../../../../core/random.js';
import type { Action } from '../action.js';
import type { PartialPose } from '../channels.js';
import { type Key, keyframes, repeated } from '../keyframes.js';
import { between } from '../style.js';

/** Down on both knees' bend and up again, arms forward. */
export const squat: Action = {
  name: 'squat',
  seconds: [1.5, 2.6],
  room: 'place',
  perform(person, random) {
    const depth = between(random, 0.75, 1.15);
    const arms = between(random, 60, 92);
    const low: PartialPose = {
      pelvisUp: -0.46 * depth,
      pelvisForward: -0.2 * depth,
      pelvisTilt: 22 * depth,
      spineBend: 20 * depth,
      headNod: -14,
      leftRaise: arms + 25,
      leftPlane: 84,
      leftElbow: 10,
      rightRaise: arms + 25,
      rightPlane: 84,
      rightElbow: 10,
    };
    const up: PartialPose = { pelvisUp: 0, pelvisForward: 0, pelvisTilt: 2, spineBend: 3, leftRaise: 40, rightRaise: 40 };
    const times = 1 + random.int(2);
    return keyframes(
      repeated(
        times === 1
          ? [{ at: 0.5, pose: low }]
          : [
              { at: 0.45, pose: low },
              { at: 0.97, pose: up },
            ],
        times,
        0.05,
      ),
      person,
      random,
    );
  },
};

/** Jumps to a straddle with the arms overhead, and back. */
export const jumpingJack: Action = {
  name: 'jumping jack',
  seconds: [1.6, 3.2],
  room: 'place',
  perform(person, random) {
    const width = between(random, 0.16, 0.28);
    const reach = between(random, 135, 168);
    const times = 2 + random.int(3);
    const feet = (out: number, up: number): PartialPose => ({
      leftFootOut: out,
      rightFootOut: out,
      leftFootUp: up,
      rightFootUp: up,
    });
    const arms = (raise: number): PartialPose => ({
      leftRaise: raise,
      rightRaise: raise,
      leftPlane: 4,
      rightPlane: 4,
      leftElbow: 18,
      rightElbow: 18,
    });
    const cycle: Key[] = [
      { at: 0, pose: { ...feet(0, 0), ...arms(12), pelvisUp: -0.06 } },
      { at: 0.2, pose: { ...feet(width * 0.55, 0.09), pelvisUp: 0.09 } },
      { at: 0.42, pose: { ...feet(width, 0), ...arms(reach), pelvisUp: -0.05 } },
      { at: 0.55, pose: { ...feet(width, 0), ...arms(reach), pelvisUp: -0.07 } },
      { at: 0.77, pose: { ...feet(width * 0.5, 0.09), pelvisUp: 0.09 } },
      { at: 0.97, pose: { ...feet(0, 0), ...arms(12), pelvisUp: -0.05 } },
    ];
    return keyframes(repeated(cycle, times, 0.05), person, random);
  },
};

/** On a chair of a height that varies, hands on the thighs. */
function seated(random: Random): PartialPose {
  const chair = between(random, 0.9, 1.1);
  return {
    pelvisUp: -0.46 * chair,
    pelvisForward: -0.47,
    pelvisTilt: -4,
    spineBend: 8,
    leftRaise: 24,
    leftPlane: 75,
    leftElbow: 62,
    leftTwist: -14,
    rightRaise: 24,
    rightPlane: 75,
    rightElbow: 62,
    rightTwist: -14,
  };
}

/** Half way between standing and sitting: the trunk leans far forward over the feet. */
const LEANING: PartialPose = {
  pelvisUp: -0.3,
  pelvisForward: -0.36,
  pelvisTilt: 30,
  spineBend: 24,
  headNod: -10,
  leftRaise: 48,
  leftPlane: 80,
  leftElbow: 30,
  rightRaise: 48,
  rightPlane: 80,
  rightElbow: 30,
};

/** From standing to sitting on an (unseen) chair. */
export const sitDown: Action = {
  name: 'sit down',
  seconds: [1.5, 2.6],
  room: 'place',
  perform(person, random) {
    const end = seated(random);
    const begin = between(random, 0.12, 0.28);
    const done = between(random, 0.74, 0.92);
    const keys: Key[] = [
      { at: begin, pose: { pelvisUp: 0, pelvisForward: 0 } },
      { at: begin + 0.58 * (done - begin), pose: LEANING },
      { at: done, pose: end },
      { at: 1, pose: end },
    ];
    return keyframes(keys, person, random);
  },
};

/** From sitting on an (unseen) chair to standing. */
export const standUp: Action = {
  name: 'stand up',
  seconds: [1.4, 2.4],
  room: 'place',
  perform(person, random) {
    const start = seated(random);
    const begin = between(random, 0.1, 0.25);
    const done = between(random, 0.7, 0.86);
    const keys: Key[] = [
      { at: 0, pose: start },
      { at: begin, pose: start },
      { at: begin + 0.42 * (done - begin), pose: { ...LEANING, pelvisUp: -0.36, pelvisForward: -0.36, pelvisTilt: 34 } },
      { at: done, pose: { pelvisUp: 0, pelvisForward: 0, pelvisTilt: 2, spineBend: 3 } },
    ];
    return keyframes(keys, person, random);
  },
};
