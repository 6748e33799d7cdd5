import type { BvhJoint } from './bvh-hierarchy.js';

/**
 * World positions of all joints in one frame, into `positions` [joints, 3]. A joint stands at its parent's place plus the parent's
 * rotation times its own offset, or its position channels where it has any; its rotation is the parent's times those of its channels
 * in their order, each about an axis of the joint itself, in degrees (right-handed).
 *
 * @param values one frame: the channels of all joints, in their order
 */
export function placeJoints(joints: readonly BvhJoint[], values: Float64Array, positions: Float64Array): void {
  /** Rotation of each joint, row by row. */
  const rotations = new Float64Array(joints.length * 9);
  const local = [0, 0, 0];
  let channel = 0;
  for (const [j, { parent, offset, channels }] of joints.entries()) {
    for (let c = 0; c < 3; c++) local[c] = offset[c]!;
    const rotation = rotations.subarray(j * 9, j * 9 + 9);
    if (parent >= 0) rotation.set(rotations.subarray(parent * 9, parent * 9 + 9));
    else for (let c = 0; c < 3; c++) rotation[c * 4] = 1;
    for (const { kind, axis } of channels) {
      const value = values[channel++]!;
      if (kind === 'position') local[axis] = value;
      else turn(rotation, axis, (value * Math.PI) / 180);
    }
    for (let row = 0; row < 3; row++) {
      let place = local[row]!;
      if (parent >= 0) {
        place = positions[parent * 3 + row]!;
        for (let c = 0; c < 3; c++) place += rotations[parent * 9 + row * 3 + c]! * local[c]!;
      }
      positions[j * 3 + row] = place;
    }
  }
}

/** Multiplies a rotation from the right with one about an axis, in place. */
function turn(rotation: Float64Array, axis: number, angle: number): void {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const a = (axis + 1) % 3;
  const b = (axis + 2) % 3;
  for (let row = 0; row < 9; row += 3) {
    const x = rotation[row + a]!;
    const y = rotation[row + b]!;
    rotation[row + a] = cos * x + sin * y;
    rotation[row + b] = cos * y - sin * x;
  }
}
