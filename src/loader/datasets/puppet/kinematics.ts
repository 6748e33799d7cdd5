import type { Body } from './body.js';
import type { Pose } from './channels.js';
import { MAX_REACH, placeLeg } from './leg.js';
import { add, compose, type Rotation, rotate, rotateX, rotateY, rotateZ, scale, subtract, type Vector } from './rotation.js';

/** Where a puppet stands. */
export interface Placement {
  /** Point on the floor below the middle of the stance, camera space, metres. */
  readonly origin: Vector;
  /** 0 faces the camera; positive is turned to its own left. Degrees. */
  readonly heading: number;
  /** Distance of the feet in the stance, in leg lengths. */
  readonly stanceWidth: number;
}

/** Positions of the joints by the names of the UTD-MHAD layout, camera space, metres. */
export type Skeleton = Readonly<Record<string, Vector>>;

/** The knees lean outwards by this share of their bend. */
const KNEE_OUTWARD = 0.18;
/** Height of the foot joint above the floor, metres. */
const SOLE = 0.02;
/** A foot below this height (leg lengths) keeps the pelvis low enough to reach it. */
const CONTACT_HEIGHT = 0.1;

/**
 * Poses a body: forward kinematics for trunk and arms, inverse kinematics for the legs, so that feet stay where the pose puts
 * them. Where a foot on the floor is out of reach the pelvis comes down. Bone lengths are those of the body, always. Pure.
 */
export function poseBody(pose: Pose, body: Body, { origin, heading, stanceWidth }: Placement): Skeleton {
  const leg = body.legLength;
  const turned = rotateY(heading);
  const onFloor = (right: number, up: number, forward: number): Vector =>
    add(origin, rotate(turned, [right * leg, up, -forward * leg]));

  const pelvis = compose(turned, rotateY(pose.pelvisTurn), rotateX(-pose.pelvisTilt), rotateZ(pose.pelvisRoll));
  const feet = SIDES.map(({ sign, side }) => {
    const up = pose[`${side}FootUp`];
    const foot = onFloor(sign * (stanceWidth / 2 + pose[`${side}FootOut`]), SOLE + up * leg, pose[`${side}FootForward`]);
    const frame = compose(turned, rotateY(pose.pelvisTurn / 2), rotateX(-pose[`${side}FootPitch`]));
    const hip = rotate(pelvis, mirrored(body.hip, sign));
    return { up, foot: rotate(frame, body.foot), ankle: subtract(foot, rotate(frame, body.foot)), hip, sign };
  });

  const standing = SOLE - body.foot[1] - body.hip[1] + MAX_REACH * leg;
  const wanted = onFloor(pose.pelvisRight, standing + pose.pelvisUp * leg, pose.pelvisForward);
  const drop = Math.max(
    0,
    ...feet.map(({ up, ankle, hip }) => contact(up) * overreach(add(wanted, hip), ankle, MAX_REACH * leg)),
  );
  const hipCenter = subtract(wanted, [0, drop, 0]);

  const trunk = compose(pelvis, rotateY(pose.spineTurn), rotateX(-pose.spineBend), rotateZ(pose.spineSide));
  const spine = add(hipCenter, rotate(pelvis, body.spine));
  const shoulderCenter = add(spine, rotate(trunk, body.shoulderCenter));
  const neck = compose(trunk, rotateY(pose.headTurn), rotateX(-pose.headNod));
  const skeleton: Record<string, Vector> = {
    hip_center: hipCenter,
    spine,
    shoulder_center: shoulderCenter,
    head: add(shoulderCenter, rotate(neck, body.head)),
  };
  const lateral = rotate(pelvis, [1, 0, 0]);
  for (const [index, { sign, side }] of SIDES.entries()) {
    const { foot, ankle: target, hip: hipOffset } = feet[index]!;
    const hip = add(hipCenter, hipOffset);
    const { knee, ankle } = placeLeg(hip, target, body.thigh, body.shin, lateral, sign * KNEE_OUTWARD);
    skeleton[`${side}_hip`] = hip;
    skeleton[`${side}_knee`] = knee;
    skeleton[`${side}_ankle`] = ankle;
    skeleton[`${side}_foot`] = add(ankle, foot);
    placeArm(skeleton, side, sign, pose, body, trunk);
  }
  return skeleton;
}

const SIDES = [
  { side: 'left', sign: -1 },
  { side: 'right', sign: 1 },
] as const;

function mirrored([x, y, z]: Vector, sign: number): Vector {
  return [sign * x, y, z];
}

/** 1 for a foot on the floor, falling smoothly to 0 at the contact height. */
function contact(up: number): number {
  const x = Math.max(0, 1 - up / CONTACT_HEIGHT);
  return x * x * (3 - 2 * x);
}

/** By how much the hip is too high to reach the ankle. */
function overreach(hip: Vector, ankle: Vector, reach: number): number {
  const [dx, dy, dz] = subtract(hip, ankle);
  const high = Math.sqrt(Math.max(0, reach * reach - dx * dx - dz * dz));
  return Math.max(0, dy - high);
}

function placeArm(
  skeleton: Record<string, Vector>,
  side: 'left' | 'right',
  sign: number,
  pose: Pose,
  body: Body,
  trunk: Rotation,
): void {
  const raise = pose[`${side}Raise`];
  const plane = sign * pose[`${side}Plane`];
  // The shoulder girdle rises with a raised arm, about one degree for three (Inman's scapulohumeral rhythm), less at first.
  const girdle = rotateZ((sign * Math.max(0, raise - 40)) / 5);
  const shoulder = add(skeleton.shoulder_center!, rotate(compose(trunk, girdle), mirrored(body.shoulder, sign)));
  const upper = compose(trunk, rotateY(plane), rotateZ(sign * raise), rotateY(-plane - sign * pose[`${side}Twist`]));
  const fore = compose(upper, rotateX(pose[`${side}Elbow`]));
  const palm = compose(fore, rotateX(pose[`${side}Wrist`]));
  const down = (rotation: Rotation, bone: number): Vector => scale(rotate(rotation, [0, -1, 0]), bone);
  const elbow = add(shoulder, down(upper, body.upperArm));
  const wrist = add(elbow, down(fore, body.forearm));
  skeleton[`${side}_shoulder`] = shoulder;
  skeleton[`${side}_elbow`] = elbow;
  skeleton[`${side}_wrist`] = wrist;
  skeleton[`${side}_hand`] = add(wrist, down(palm, body.hand));
}
