import type { Action } from '../action.js';
import type { Body } from '../body.js';
import { type PartialPose, toPose } from '../channels.js';
import { keyframes, repeated } from '../keyframes.js';
import { type Placement, poseBody } from '../kinematics.js';
import { between } from '../style.js';

/** The right hand is raised and swings from side to side. */
export const wave: Action = {
  name: 'wave',
  seconds: [1.6, 3],
  room: 'place',
  perform(person, random) {
    const raise = between(random, 72, 112);
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
    const raise = between(random, 24, 46);
    const elbow = between(random, 70, 92);
    const opening = between(random, 38, 62);
    const arms = (plane: number, twist: number, bend: number) => ({
      leftRaise: raise,
      leftPlane: plane,
      leftTwist: twist,
      leftElbow: bend,
      rightRaise: raise,
      rightPlane: plane,
      rightTwist: twist,
      rightElbow: bend,
    });
    const together = meetingTwist(person.body, raise, 62, elbow);
    const cycle = [
      { at: 0.15, exact: true, pose: arms(56, together + opening, elbow - 6) },
      { at: 0.65, exact: true, pose: arms(62, together, elbow) },
    ];
    return keyframes(repeated(cycle, 3 + random.int(3), 0.15), person, random);
  },
};

/** Half the distance of two wrists whose palms touch, metres. */
const PALM = 0.03;

/** How far both upper arms must turn for the hands to meet, degrees: found by halving. */
function meetingTwist(body: Body, raise: number, plane: number, elbow: number): number {
  const place: Placement = { origin: [0, 0, 0], heading: 0, stanceWidth: 0.2 };
  let low = -90;
  let high = 60;
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    const arm: PartialPose = { rightRaise: raise, rightPlane: plane, rightTwist: middle, rightElbow: elbow };
    const pose = toPose((channel) => arm[channel] ?? 0);
    if (poseBody(pose, body, place).right_hand![0] < PALM) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

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
