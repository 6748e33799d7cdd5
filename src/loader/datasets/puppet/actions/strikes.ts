import type { Action } from '../action.js';
import type { PartialPose } from '../channels.js';
import { type Key, keyframes } from '../keyframes.js';
import { between } from '../style.js';

/** A kick forward with the right leg, drawn back first. */
export const kick: Action = {
  name: 'kick',
  seconds: [1.4, 2.2],
  room: 'place',
  perform(person, random) {
    const height = between(random, 0.35, 0.75);
    const shift = { pelvisRight: -0.1, pelvisRoll: -3 };
    const keys: Key[] = [
      {
        at: 0.3,
        pose: {
          ...shift,
          rightFootForward: -0.38,
          rightFootUp: 0.2,
          rightFootPitch: 40,
          spineBend: 10,
          leftRaise: 35,
          leftPlane: 80,
          rightRaise: -25,
          rightPlane: 70,
        },
      },
      {
        at: 0.52,
        pose: {
          ...shift,
          pelvisForward: 0.05,
          pelvisTurn: 12,
          pelvisTilt: -12,
          spineBend: -4,
          rightFootForward: 1.02,
          rightFootUp: height,
          rightFootOut: -0.06,
          rightFootPitch: 10,
          leftRaise: 30,
          leftPlane: 20,
          leftElbow: 30,
          rightRaise: 45,
          rightPlane: 20,
          rightElbow: 35,
        },
      },
      { at: 0.7, pose: { ...shift, rightFootForward: 0.22, rightFootUp: 0.16, rightFootPitch: 10, spineBend: 3 } },
      { at: 0.86, pose: { pelvisRight: 0, rightFootForward: 0, rightFootUp: 0, rightFootPitch: 0 } },
    ];
    return keyframes(keys, person, random);
  },
};

const GUARD: PartialPose = {
  pelvisUp: -0.04,
  pelvisTurn: 12,
  spineBend: 8,
  pelvisForward: 0.12,
  leftFootForward: 0.3,
  leftFootUp: 0,
  leftRaise: 38,
  leftPlane: 62,
  leftTwist: -8,
  leftElbow: 118,
  rightRaise: 34,
  rightPlane: 55,
  rightTwist: -8,
  rightElbow: 125,
};

/** Straight punches from a guard, right and left in turn. */
export const punch: Action = {
  name: 'punch',
  seconds: [1.5, 2.8],
  room: 'place',
  perform(person, random) {
    const height = between(random, 76, 95);
    const right: PartialPose = {
      ...GUARD,
      pelvisTurn: 24,
      spineTurn: 20,
      pelvisForward: 0.18,
      rightRaise: height,
      rightPlane: 54,
      rightTwist: -20,
      rightElbow: 8,
    };
    const left: PartialPose = {
      ...GUARD,
      pelvisTurn: -4,
      spineTurn: -14,
      pelvisForward: 0.16,
      leftRaise: height,
      leftPlane: 74,
      leftTwist: -20,
      leftElbow: 10,
    };
    const punches = 2 + random.int(3);
    const step: PartialPose = { leftFootUp: 0.06 };
    const keys: Key[] = [
      { at: 0.08, pose: step },
      { at: 0.15, pose: GUARD },
    ];
    const width = 0.7 / punches;
    for (let i = 0; i < punches; i++) {
      keys.push({ at: 0.15 + width * (i + 0.5), pose: i % 2 === 0 ? right : left });
      keys.push({ at: 0.15 + width * (i + 1), pose: GUARD });
    }
    keys.push({ at: 0.92, pose: step });
    return keyframes(keys, person, random);
  },
};

/** An overarm throw with a step of the left foot. */
export const throwOver: Action = {
  name: 'throw',
  seconds: [1.5, 2.3],
  room: 'place',
  perform(person, random) {
    const stride = between(random, 0.2, 0.42);
    const keys: Key[] = [
      {
        at: 0.34,
        pose: {
          pelvisTurn: -24,
          spineTurn: -24,
          spineBend: -6,
          headTurn: 30,
          pelvisForward: -0.08,
          rightRaise: 92,
          rightPlane: -12,
          rightTwist: 80,
          rightElbow: 96,
          leftRaise: 62,
          leftPlane: 70,
          leftElbow: 20,
          leftFootForward: 0.05,
          leftFootUp: 0.1,
        },
      },
      {
        at: 0.46,
        pose: {
          leftFootForward: stride,
          leftFootUp: 0,
          pelvisForward: stride * 0.45,
          pelvisTurn: 2,
          rightTwist: 88,
          rightElbow: 88,
        },
      },
      {
        at: 0.56,
        pose: {
          pelvisTurn: 22,
          spineTurn: 18,
          spineBend: 16,
          headTurn: -20,
          rightRaise: 112,
          rightPlane: 72,
          rightTwist: 30,
          rightElbow: 18,
          leftRaise: 20,
          leftPlane: 40,
          pelvisForward: stride * 0.6,
          rightFootPitch: 28,
        },
      },
      {
        at: 0.7,
        pose: {
          pelvisTurn: 24,
          spineTurn: 22,
          spineBend: 24,
          rightRaise: 42,
          rightPlane: 115,
          rightTwist: -12,
          rightElbow: 24,
          leftRaise: 12,
          rightFootPitch: 32,
        },
      },
      { at: 0.97, pose: { leftFootForward: stride, pelvisForward: stride * 0.5, rightFootPitch: 6 } },
      { at: 1, pose: { leftFootForward: stride, pelvisForward: stride * 0.5 } },
    ];
    return keyframes(keys, person, random);
  },
};
