import type { Layout } from '../../core/layout.js';

/** Parents of a layout's bones when another joint is the root, which gets -1. */
export function reroot({ parents }: Pick<Layout, 'parents'>, root: number): number[] {
  const turned = [...parents];
  let [child, joint] = [-1, root];
  while (joint !== -1) {
    const parent = parents[joint]!;
    turned[joint] = child;
    [child, joint] = [joint, parent];
  }
  return turned;
}

/** Joints in an order in which each parent comes before its children; a joint with itself or -1 as parent is a root. */
export function parentsFirst(parents: readonly number[]): number[] {
  const order: number[] = [];
  const isRoot = (joint: number): boolean => parents[joint]! < 0 || parents[joint] === joint;
  for (const joint of parents.keys()) if (isRoot(joint)) order.push(joint);
  for (let i = 0; i < order.length; i++)
    for (const [joint, parent] of parents.entries()) if (parent === order[i] && !isRoot(joint)) order.push(joint);
  return order;
}
