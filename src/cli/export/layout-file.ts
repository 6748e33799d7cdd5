import type { Layout } from '../../core/layout.js';

/** A layout in the form of a layout file, which `parseLayout` reads back. */
export function layoutFile({ name, channels, joints, parents, root, centre, mirror, feet, source }: Layout): object {
  const nameOf = (joint: number): string => joints[joint]!;
  return {
    name,
    channels,
    joints,
    parents: Object.fromEntries(parents.flatMap((parent, joint) => (parent < 0 ? [] : [[nameOf(joint), nameOf(parent)]]))),
    root: nameOf(root),
    centre: nameOf(centre),
    mirror: mirror.flatMap((other, joint) => (other > joint ? [[nameOf(joint), nameOf(other)]] : [])),
    feet: feet.map(nameOf),
    source,
  };
}
