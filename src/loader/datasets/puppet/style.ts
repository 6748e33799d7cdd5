import { keyedRandom, type Random } from '../../../core/random.js';
import { type Body, createBody } from './body.js';
import { CHANNELS, type Channel, type PartialPose } from './channels.js';

/** A simulated person: a body and a manner of moving that all of the person's clips share. */
export interface Person {
  readonly body: Body;
  /** How far movements go, by channel; 1 is as scripted. */
  readonly amplitude: Readonly<Record<Channel, number>>;
  /** Above 1 is faster. */
  readonly tempo: number;
  /** How the person stands: the pose that movements start from. */
  readonly rest: PartialPose;
  readonly stanceWidth: number;
  /** Share of movements done with the left side. */
  readonly leftShare: number;
  /** Size of the slow sway of a standing body, degrees. */
  readonly sway: number;
}

/** Person `number` of a split: a pure function of its arguments. */
export function createPerson(seed: number, split: string, number: number): Person {
  const random = keyedRandom('puppet person', seed, split, number);
  const body = createBody(random);
  const liveliness = around(random, 1, 0.1);
  const amplitude = {} as Record<Channel, number>;
  for (const channel of CHANNELS) amplitude[channel] = liveliness * around(random, 1, 0.07);
  const raise = around(random, 9, 3);
  const plane = around(random, 25, 20);
  const elbow = around(random, 16, 6);
  const twist = around(random, -10, 10);
  return {
    body,
    amplitude,
    tempo: around(random, 1, 0.13),
    rest: {
      pelvisTilt: around(random, 0, 2.5),
      spineBend: around(random, 2, 3),
      headNod: around(random, 4, 5),
      leftRaise: raise,
      leftPlane: plane,
      leftElbow: elbow,
      leftTwist: twist,
      rightRaise: around(random, raise, 1.5),
      rightPlane: around(random, plane, 6),
      rightElbow: around(random, elbow, 3),
      rightTwist: around(random, twist, 4),
      leftFootForward: around(random, 0, 0.02),
      rightFootForward: around(random, 0, 0.02),
    },
    stanceWidth: around(random, 0.2, 0.03),
    leftShare: random.uniform() < 0.15 ? 0.85 : 0.1,
    sway: around(random, 0.9, 0.25),
  };
}

/** Normal around a middle, cut at two and a half standard deviations. */
export function around(random: Random, middle: number, sd: number): number {
  return middle + sd * Math.max(-2.5, Math.min(2.5, random.normal()));
}

/** Uniform between two values. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
