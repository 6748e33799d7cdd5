import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';

/** Names that layouts give to the joints that recognizers ask for by number, the usual one of NTU RGB+D first. */
const ROLES = {
  spineBottom: ['spine_base', 'hip_center', 'hip_centre', 'waist', 'pelvis', 'hips', 'torso', 'belly'],
  spineTop: ['spine_middle', 'spine', 'spine1', 'neck'],
  shoulderCentre: ['spine_shoulder', 'shoulder_center', 'shoulder_centre', 'chest', 'neck'],
  leftShoulder: ['left_shoulder', 'upperarm_l', 'l_shoulder', 'leftarm'],
  rightShoulder: ['right_shoulder', 'upperarm_r', 'r_shoulder', 'rightarm'],
  leftHip: ['left_hip', 'upperleg_l', 'l_hip', 'leftupleg'],
  rightHip: ['right_hip', 'upperleg_r', 'r_hip', 'rightupleg'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A part of the body that a profile needs a joint for. */
export type JointRole = keyof typeof ROLES;

/** The joint of a role, or -1. */
export function findJoint(layout: Pick<Layout, 'joints'>, role: JointRole): number {
  const names = layout.joints.map((joint) => joint.toLowerCase());
  for (const wanted of ROLES[role]) {
    const index = names.indexOf(wanted);
    if (index >= 0) return index;
  }
  return -1;
}

/**
 * The joint that a layout has for a role.
 *
 * @param use what the profile needs it for, e.g. `ctrgcn-ucla`
 * @throws DataError LAYOUT_MISMATCH naming the layout and the names that were looked for
 */
export function jointOf(layout: Pick<Layout, 'name' | 'joints'>, role: JointRole, use: string): number {
  const index = findJoint(layout, role);
  if (index >= 0) return index;
  throw new DataError(
    'LAYOUT_MISMATCH',
    `profile ${use} needs a joint of the layout "${layout.name}" named ${ROLES[role].join(' or ')}, it has ${layout.joints.join(', ')}: ` +
      'rename the joint in the layout file, or take another profile',
    { details: { layout: layout.name, role, expected: ROLES[role] } },
  );
}

/** @throws DataError LAYOUT_MISMATCH where the layout has another number of coordinates than a profile is made for */
export function needCoordinates(layout: Pick<Layout, 'name' | 'channels'>, channels: 2 | 3, use: string): void {
  if (layout.channels === channels) return;
  throw new DataError(
    'LAYOUT_MISMATCH',
    `profile ${use} is for joints of ${channels} coordinates, the layout "${layout.name}" has ${layout.channels}`,
    { details: { layout: layout.name, expected: channels, got: layout.channels } },
  );
}
