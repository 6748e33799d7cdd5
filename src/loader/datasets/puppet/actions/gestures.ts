import type { Action } from '../action.js';
import { keyframes, repeated } from '../keyframes.js';
import { between } from '../style.js';

/** The right hand is raised and swings from side to side. */
export const wave: Action = {
  name: 'wave',
  seconds: [1.6, 3],
  room: 'place',
  perform(person, random) {
    const raise = between(random, 55, 100);
    const arm = { rightRaise: raise, rightPlane: between(random, 5, 35), rightTwist: between(random, 75, 95), spineSide: 3 };
    const times = 2 + random.int(3);
    const cycle = [
      { at: 0.1, pose: { ...arm, rightElbow: 55, rightWrist: -10 } },
      { at: 0.6, pose: { ...arm, rightElbow: 115, rightWrist: 15 } },
    ];
    return keyframes(repeated(cycle, times, 0.2), person, random);
  },
};

/** Both hands meet in front of the chest, several times. */
export const clap: Action = {
  name: 'clap',
  seconds: [1.5, 2.8],
  room: 'place',
  perform(person, random) {
    const height = between(random, 28, 50);
    const elbow = between(random, 75, 92);
    const arms = (raise: number, plane: number, twist: number, bend: number) => ({
      leftRaise: raise,
      leftPlane: plane,
      leftTwist: twist,
      leftElbow: bend,
      rightRaise: raise,
      rightPlane: plane,
      rightTwist: twist,
      rightElbow: bend,
    });
    const cycle = [
      { at: 0.15, pose: arms(height, 50, 12, elbow - 8) },
      { at: 0.65, pose: arms(height, 62, -36, elbow) },
    ];
    return keyframes(repeated(cycle, 3 + random.int(3), 0.15), person, random);
  },
};

/** A bow from the hips, arms along the body or hanging. */
export const bow: Action = {
  name: 'bow',
  seconds: [1.8, 3],
  room: 'place',
  perform(person, random) {
    const depth = between(random, 0.7, 1.15);
    const hanging = 55 * depth * random.uniform();
    const low = {
      pelvisTilt: 32 * depth,
      pelvisForward: -0.14 * depth,
      spineBend: 36 * depth,
      headNod: 22 * depth,
      leftRaise: 8 + hanging,
      leftPlane: 85,
      rightRaise: 8 + hanging,
      rightPlane: 85,
      leftElbow: 12,
      rightElbow: 12,
    };
    const begin = between(random, 0.38, 0.48);
    const keys = [
      { at: begin, pose: low },
      { at: begin + between(random, 0.08, 0.2), pose: low },
    ];
    return keyframes(keys, person, random);
  },
};
