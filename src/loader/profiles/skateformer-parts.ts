import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import { reroot } from '../transforms/reroot.js';

/** Joints of SkateFormer's partition by the names of the layouts `ntu` and `kinect-v1`. */
const PARTITIONS: readonly (readonly string[])[] = [
  [
    ...['left_wrist', 'left_hand', 'left_hand_tip', 'left_thumb'],
    ...['right_wrist', 'right_hand', 'right_hand_tip', 'right_thumb'],
    ...['left_hip', 'left_knee', 'left_ankle', 'left_foot'],
    ...['right_hip', 'right_knee', 'right_ankle', 'right_foot'],
    ...['left_shoulder', 'right_shoulder', 'left_elbow', 'right_elbow'],
    ...['spine_middle', 'neck', 'spine_base', 'head'],
  ],
  [
    ...['left_shoulder', 'left_elbow', 'left_wrist', 'left_hand'],
    ...['right_shoulder', 'right_elbow', 'right_wrist', 'right_hand'],
    ...['left_hip', 'left_knee', 'left_ankle', 'left_foot'],
    ...['right_hip', 'right_knee', 'right_ankle', 'right_foot'],
    ...['spine', 'shoulder_center', 'hip_center', 'head'],
  ],
];

/**
 * The joints of a layout in the order in which SkateFormer's windows take them: 24 for NTU RGB+D, 20 for Kinect v1.
 *
 * @throws DataError LAYOUT_MISMATCH for a layout of other joints
 */
export function partitionOf({ name, joints }: Pick<Layout, 'name' | 'joints'>): number[] {
  const found = PARTITIONS.map((wanted) => wanted.map((joint) => joints.indexOf(joint))).find((order) => !order.includes(-1));
  if (found) return found;
  const missing = PARTITIONS[1]!.filter((joint) => !joints.includes(joint));
  throw new DataError(
    'LAYOUT_MISMATCH',
    `SkateFormer has a partition for the joints of NTU RGB+D and of Kinect v1, the layout "${name}" lacks ${missing.join(', ')}: ` +
      'give the argument "partition": false and a model of your own partition',
    { details: { layout: name, missing } },
  );
}

/** Parents of the bones as SkateFormer has them: from the centre joint on, hand tips on hands. */
export function skateBones(layout: Pick<Layout, 'joints' | 'parents' | 'centre'>): number[] {
  const { joints, centre } = layout;
  return reroot(layout, centre).map((parent, joint) => {
    const hand = joints.indexOf(joints[joint]!.replace(/_hand_tip$/, '_hand'));
    return joints[joint]!.endsWith('_hand_tip') && hand >= 0 ? hand : parent;
  });
}
