import { DataError } from './errors.js';

/**
 * What the joints of a skeleton are. Layouts are data (`layouts/*.json`, or any file of that form), never code: nothing in
 * skelmix knows a joint by its number.
 */
export interface Layout {
  readonly name: string;
  /** Coordinates of a joint: 3 (metres) or 2 (pixels or normalised image units). */
  readonly channels: 2 | 3;
  /** Joint names in the order of the V axis. */
  readonly joints: readonly string[];
  /** Parent of each joint, -1 for the root. A tree. */
  readonly parents: readonly number[];
  /** The joint whose parent is -1; bodies are centred on `centre`, which is usually the same. */
  readonly root: number;
  readonly centre: number;
  /** Left-right partner of each joint, itself on the midline. Mutual. */
  readonly mirror: readonly number[];
  /** Joints that touch the ground (foot contact). May be empty. */
  readonly feet: readonly number[];
  /** Where the joint order comes from. */
  readonly source: string;
}

/**
 * Checks a parsed layout file and returns it. The file names joints by name:
 * `{name, channels, joints: [...], parents: {child: parent}, root, centre?, mirror: [[left, right], ...], feet: [...], source}`.
 *
 * @throws DataError LAYOUT_INVALID with the key, the value and what was expected.
 */
export function parseLayout(value: unknown, origin: string): Layout {
  const fail = (what: string): never => {
    throw new DataError('LAYOUT_INVALID', `layout ${origin}: ${what}`, { details: { origin } });
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail(`expected a JSON object, got ${JSON.stringify(value)}`);
  const file = value as Record<string, unknown>;
  const { name, channels, joints, source } = file;
  if (typeof name !== 'string' || name === '') return fail(`"name" must be a non-empty string, got ${JSON.stringify(name)}`);
  if (channels !== 2 && channels !== 3) return fail(`"channels" must be 2 or 3, got ${JSON.stringify(channels)}`);
  if (!Array.isArray(joints) || joints.length === 0 || !joints.every((j) => typeof j === 'string'))
    return fail(`"joints" must be a list of names, got ${JSON.stringify(joints)}`);
  const indexOf = new Map<string, number>();
  joints.forEach((joint: string, index) => {
    if (indexOf.has(joint)) fail(`joint "${joint}" stands twice in "joints" (places ${indexOf.get(joint)} and ${index})`);
    indexOf.set(joint, index);
  });
  const joint = (key: string, wanted: unknown): number =>
    (typeof wanted === 'string' ? indexOf.get(wanted) : undefined) ??
    fail(`"${key}" names ${JSON.stringify(wanted)}, which is not one of the joints ${joints.join(', ')}`);

  const root = joint('root', file.root);
  const centre = file.centre === undefined ? root : joint('centre', file.centre);
  if (typeof file.parents !== 'object' || file.parents === null || Array.isArray(file.parents))
    return fail('"parents" must map each joint but the root to its parent');
  const parents = new Array<number>(joints.length).fill(-1);
  for (const [child, parent] of Object.entries(file.parents))
    parents[joint('parents', child)] = joint(`parents.${child}`, parent);
  parents.forEach((parent, index) => {
    if (index === root && parent !== -1) fail(`the root "${joints[index]}" must not have a parent, got "${joints[parent]}"`);
    if (index !== root && parent === -1)
      fail(`joint "${joints[index]}" has no parent; only the root "${joints[root]}" may have none`);
    let at = index;
    for (let steps = 0; at !== root; steps++) {
      if (steps > joints.length)
        fail(`the parents of "${joints[index]}" run in a circle; they must form a tree with the root "${joints[root]}"`);
      at = parents[at]!;
      if (at === -1) break;
    }
  });

  const mirror = joints.map((_, index) => index);
  const list = (key: string): readonly unknown[] => {
    const given = file[key] ?? [];
    return Array.isArray(given) ? given : fail(`"${key}" must be a list, got ${JSON.stringify(given)}`);
  };
  for (const pair of list('mirror')) {
    if (!Array.isArray(pair) || pair.length !== 2)
      return fail(`"mirror" must list [left, right] pairs, got ${JSON.stringify(pair)}`);
    const left = joint('mirror', pair[0]);
    const right = joint('mirror', pair[1]);
    if (left === right || mirror[left] !== left || mirror[right] !== right)
      fail(`mirror pair ${JSON.stringify(pair)} repeats a joint`);
    mirror[left] = right;
    mirror[right] = left;
  }
  const feet = list('feet').map((foot) => joint('feet', foot));
  return { name, channels, joints, parents, root, centre, mirror, feet, source: typeof source === 'string' ? source : origin };
}

/** Joints in an order in which each parent comes before its children. */
export function topologicalOrder(layout: Layout): number[] {
  const order = [layout.root];
  for (let i = 0; i < order.length; i++) {
    for (const [joint, parent] of layout.parents.entries()) if (parent === order[i]) order.push(joint);
  }
  return order;
}
