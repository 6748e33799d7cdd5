import type { Random } from '../../../core/random.js';
import { toPose } from './channels.js';
import type { Movement } from './keyframes.js';
import { around, type Person } from './style.js';

/** A way of going. */
export interface Gait {
  /** Strides (two steps) a second. */
  readonly strideHz: number;
  /** Metres a second; 0 goes on the spot. */
  readonly speed: number;
  /** Share of a stride that a foot is on the floor; below one half both feet leave it in between. */
  readonly stance: number;
  /** Height that a foot is lifted to, and the bounce of the pelvis, in leg lengths. */
  readonly lift: number;
  readonly bounce: number;
  /** Swing of the upper arms and the bend of the elbows, degrees. */
  readonly armSwing: number;
  readonly elbow: number;
  readonly lean: number;
}

/**
 * Walking or jogging. A foot on the floor stays where it came down; in the air it goes to the next place with the speed of
 * the floor at both ends. Arms swing against the legs, the pelvis turns, rolls and bounces twice a stride.
 */
export function walking(gait: Gait, person: Person, random: Random): Movement {
  const { amplitude, body, rest } = person;
  const strideHz = gait.strideHz * person.tempo * around(random, 1, 0.04);
  const strideLength = ((gait.speed * around(random, 1, 0.06)) / strideHz / body.legLength) * amplitude.pelvisForward;
  const begin = random.uniform();
  const swing = gait.armSwing * amplitude.rightRaise * around(random, 1, 0.1);
  const lift = gait.lift * amplitude.rightFootUp * around(random, 1, 0.08);
  const onTheSpot = gait.speed === 0;
  return (_, seconds) => {
    const phase = strideHz * seconds + begin;
    const pelvisForward = strideLength * (phase - begin);
    const left = step(phase, gait.stance);
    const right = step(phase + 0.5, gait.stance);
    const place = ({ stride, air }: Step, offset: number): number =>
      strideLength * (stride + ease(air) - begin - offset + gait.stance / 2);
    const wave = -Math.sin(2 * Math.PI * (phase - gait.stance / 2));
    const side = Math.cos(2 * Math.PI * (phase - gait.stance / 2));
    const bounce =
      gait.stance < 0.5 ? -Math.cos(4 * Math.PI * (phase - gait.stance / 2)) : Math.cos(4 * Math.PI * (phase - gait.stance / 2));
    const values = {
      ...rest,
      pelvisForward,
      pelvisUp: -0.015 - gait.bounce + gait.bounce * bounce,
      pelvisRight: -0.025 * side,
      pelvisTurn: (onTheSpot ? 2 : 5) * wave * -1,
      pelvisRoll: -2.5 * side,
      spineTurn: (onTheSpot ? 4 : 10) * wave,
      spineBend: (rest.spineBend ?? 0) + gait.lean,
      leftRaise: (rest.leftRaise ?? 0) * 0.6 - swing * wave + gait.elbow * 0.05,
      leftPlane: 88,
      leftElbow: (rest.leftElbow ?? 0) + gait.elbow + 0.25 * swing * -wave,
      rightRaise: (rest.rightRaise ?? 0) * 0.6 + swing * wave + gait.elbow * 0.05,
      rightPlane: 88,
      rightElbow: (rest.rightElbow ?? 0) + gait.elbow + 0.25 * swing * wave,
      leftFootForward: onTheSpot ? 0 : place(left, 0),
      leftFootUp: lift * rise(left.air),
      leftFootPitch: toes(left.air, onTheSpot ? 20 : 38),
      rightFootForward: onTheSpot ? 0 : place(right, 0.5),
      rightFootUp: lift * rise(right.air),
      rightFootPitch: toes(right.air, onTheSpot ? 20 : 38),
      leftFootOut: -0.03,
      rightFootOut: -0.03,
    };
    return toPose((channel) => (values as Record<string, number | undefined>)[channel] ?? 0);
  };
}

interface Step {
  /** Number of the stride. */
  readonly stride: number;
  /** Way through the air, 0 while on the floor. */
  readonly air: number;
}

function step(phase: number, stance: number): Step {
  const stride = Math.floor(phase);
  return { stride, air: Math.max(0, (phase - stride - stance) / (1 - stance)) };
}

/** Minimum-jerk way from 0 to 1 (Flash and Hogan 1985). */
function ease(x: number): number {
  return x * x * x * (10 - 15 * x + 6 * x * x);
}

/** Up early and down late, 1 at the top. */
function rise(x: number): number {
  return Math.sin(Math.PI * x ** 0.8) ** 2;
}

/** The toes point down as the foot leaves and up as it lands. */
function toes(air: number, degrees: number): number {
  return degrees * Math.sin(Math.PI * Math.min(1, air * 1.6)) ** 2 * (1 - air);
}
