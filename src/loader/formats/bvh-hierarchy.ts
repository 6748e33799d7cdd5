import type { LineCursor } from './line-cursor.js';

/** What a channel moves: a position along an axis, or a rotation about it. */
export interface BvhChannel {
  readonly kind: 'position' | 'rotation';
  /** 0 x, 1 y, 2 z. */
  readonly axis: number;
}

/** A joint of a BVH file; parents come before their children. */
export interface BvhJoint {
  readonly name: string;
  /** Index of the parent, -1 for a root. */
  readonly parent: number;
  offset: readonly [x: number, y: number, z: number];
  /** In the order in which the frames give their values and the rotations are carried out. */
  channels: readonly BvhChannel[];
}

const MAX_JOINTS = 10_000;

/**
 * Reads the part `HIERARCHY` of a BVH file up to and with the line `MOTION`. Words may stand on lines of their own or share one.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the line
 */
export function parseBvhHierarchy(lines: LineCursor): BvhJoint[] {
  const joints: BvhJoint[] = [];
  const open: number[] = [];
  const words = wordReader(lines);
  if (words.next('HIERARCHY') !== 'HIERARCHY') lines.fail('expected "HIERARCHY": this is no BVH file');
  for (;;) {
    const word = words.next('a joint or "MOTION"');
    if (word === 'MOTION' && open.length === 0) {
      if (joints.length === 0) lines.fail('expected at least one joint before "MOTION"');
      return joints;
    }
    if (word === '}' && open.length > 0) open.pop();
    else if (word === (open.length === 0 ? 'ROOT' : 'JOINT') || (word === 'End' && open.length > 0)) {
      const name = words.next('the name of a joint');
      const parent = open.at(-1) ?? -1;
      if (joints.length >= MAX_JOINTS) lines.fail(`expected at most ${MAX_JOINTS} joints`);
      joints.push({ name: word === 'End' ? `${joints[parent]!.name}_End` : name, parent, offset: [0, 0, 0], channels: [] });
      if (words.next('"{"') !== '{') lines.fail(`expected "{" after "${name}"`);
      open.push(joints.length - 1);
    } else if (word === 'OFFSET' && open.length > 0) {
      joints[open.at(-1)!]!.offset = [words.number(), words.number(), words.number()];
    } else if (word === 'CHANNELS' && open.length > 0) {
      joints[open.at(-1)!]!.channels = channelsOf(words, lines);
    } else lines.fail(`expected a joint, an offset, channels, "}" or "MOTION", got ${JSON.stringify(word.slice(0, 30))}`);
  }
}

interface Words {
  next(what: string): string;
  number(): number;
}

function wordReader(lines: LineCursor): Words {
  let waiting: string[] = [];
  const next = (what: string): string => {
    while (waiting.length === 0) waiting = lines.need(what).split(/\s+/).reverse();
    return waiting.pop()!;
  };
  return {
    next,
    number() {
      const word = next('a number');
      const value = Number(word);
      return Number.isFinite(value) ? value : lines.fail(`expected a number, got ${JSON.stringify(word.slice(0, 20))}`);
    },
  };
}

function channelsOf(words: Words, lines: LineCursor): BvhChannel[] {
  const count = words.number();
  if (!Number.isInteger(count) || count < 0 || count > 6) lines.fail(`expected 0 to 6 channels, got ${count}`);
  return Array.from({ length: count }, (): BvhChannel => {
    const word = words.next('a channel');
    const match = /^([XYZ])(position|rotation)$/i.exec(word);
    if (!match) return lines.fail(`expected a channel such as Xposition or Zrotation, got ${JSON.stringify(word.slice(0, 30))}`);
    return {
      kind: match[2]!.toLowerCase() as BvhChannel['kind'],
      axis: 'XYZ'.indexOf(match[1]!.toUpperCase()),
    };
  });
}
