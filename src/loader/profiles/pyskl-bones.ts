import type { Layout } from '../../core/layout.js';

/** Bones that PYSKL's `JointToBone` ends elsewhere than the layout, by layout; an empty text is a root. */
const OTHER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'coco-17': { left_hip: 'nose', right_hip: 'nose' },
  'openpose-18': { nose: '', neck: 'nose', right_eye: 'nose', left_eye: 'nose' },
};

/** Parents of the bones as PYSKL has them: for layouts that it does not know those of the layout. */
export function pysklBones({ name, joints, parents }: Pick<Layout, 'name' | 'joints' | 'parents'>): number[] {
  const other = OTHER[name] ?? {};
  return parents.map((parent, joint) => {
    const end = other[joints[joint]!];
    return end === undefined ? parent : joints.indexOf(end);
  });
}
