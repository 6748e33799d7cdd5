import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/errors.js';
import { parseLayout, topologicalOrder } from '../../src/core/layout.js';

const file = () => ({
  name: 'stick',
  channels: 3,
  joints: ['hand_l', 'hip', 'head', 'hand_r'],
  parents: { hand_l: 'head', head: 'hip', hand_r: 'head' } as Record<string, string>,
  root: 'hip',
  mirror: [['hand_l', 'hand_r']] as unknown[],
  feet: [] as string[],
  source: 'made for this test',
});

const messageFor = (change: (layout: ReturnType<typeof file> & Record<string, unknown>) => void): string => {
  const layout = file() as ReturnType<typeof file> & Record<string, unknown>;
  change(layout);
  try {
    parseLayout(layout, 'stick.json');
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).code).toBe('LAYOUT_INVALID');
    return (error as DataError).message;
  }
  throw new Error('the layout was accepted');
};

describe('parseLayout', () => {
  it('turns joint names into indices', () => {
    const layout = parseLayout(file(), 'stick.json');
    expect(layout.parents).toEqual([2, -1, 1, 2]);
    expect(layout.root).toBe(1);
    expect(layout.centre).toBe(1);
    expect(layout.mirror).toEqual([3, 1, 2, 0]);
  });

  it('takes a centre other than the root', () => {
    expect(parseLayout({ ...file(), centre: 'head' }, 'stick.json').centre).toBe(2);
  });

  it.each([
    ['a joint that is not there', (l) => (l.root = 'tail'), /"root" names "tail".*hand_l, hip, head, hand_r/],
    ['a joint named twice', (l) => l.joints.push('hip'), /"hip" stands twice.*places 1 and 4/],
    ['a joint without a parent', (l) => delete l.parents.head, /"head" has no parent/],
    ['a root with a parent', (l) => (l.parents.hip = 'head'), /root "hip" must not have a parent, got "head"/],
    ['parents in a circle', (l) => (l.parents.head = 'hand_l'), /run in a circle/],
    ['a mirror pair of one joint', (l) => (l.mirror = [['head', 'head']]), /repeats a joint/],
    ['a joint mirrored twice', (l) => l.mirror.push(['hand_l', 'head']), /repeats a joint/],
    ['a mirror that is no list', (l) => (l.mirror = { hand_l: 'hand_r' } as never), /"mirror" must be a list, got \{"hand_l"/],
    ['feet that are no list', (l) => (l.feet = 'hip' as never), /"feet" must be a list, got "hip"/],
    ['parents as a list', (l) => (l.parents = [1, -1] as never), /"parents" must map each joint/],
    ['four coordinates', (l) => (l.channels = 4), /"channels" must be 2 or 3, got 4/],
    ['no joints', (l) => (l.joints = []), /"joints" must be a list of names/],
    ['no name', (l) => (l.name = ''), /"name" must be a non-empty string/],
  ] as [string, (layout: ReturnType<typeof file>) => unknown, RegExp][])('refuses %s, saying which', (_, change, message) => {
    expect(messageFor(change as never)).toMatch(message);
  });

  it('refuses what is no object', () => {
    expect(() => parseLayout([1], 'x.json')).toThrow(/expected a JSON object, got \[1\]/);
  });
});

describe('topologicalOrder', () => {
  it('names each joint once, parents first', () => {
    const layout = parseLayout(file(), 'stick.json');
    const order = topologicalOrder(layout);
    expect([...order].sort()).toEqual([0, 1, 2, 3]);
    for (const joint of order)
      if (layout.parents[joint]! >= 0) expect(order.indexOf(layout.parents[joint]!)).toBeLessThan(order.indexOf(joint));
  });
});

it('takes whatever JSON there is, or says what is wrong with it', () => {
  fc.assert(
    fc.property(
      fc.record(Object.fromEntries(Object.keys(file()).map((key) => [key, fc.oneof(fc.constant(undefined), fc.jsonValue())]))),
      (changes) => {
        const changed = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
        try {
          parseLayout({ ...file(), ...changed }, 'x.json');
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      },
    ),
  );
});
