import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLayout } from '../../../src/core/layout.js';
import { parseBvh } from '../../../src/loader/formats/bvh.js';
import { survivesDamage } from '../support/damage.js';

const ARM = parseLayout(
  {
    name: 'arm',
    channels: 3,
    joints: ['hand_End', 'shoulder', 'hand'],
    parents: { hand: 'shoulder', hand_End: 'hand' },
    root: 'shoulder',
  },
  'test',
);
const bvh = (rootChannels: string, handChannels: string, frames: readonly string[], time = '0.04'): string => `HIERARCHY
ROOT shoulder
{
  OFFSET 1 2 3
  CHANNELS ${rootChannels}
  JOINT hand
  {
    OFFSET 10 0 0
    CHANNELS ${handChannels}
    End Site
    {
      OFFSET 0 5 0
    }
  }
}
MOTION
Frames:\t${frames.length}
Frame Time: ${time}
${frames.join('\n')}
`;
const parse = (text: string | Uint8Array, metres = 1, layout = ARM) =>
  parseBvh(Buffer.from(text), { dataset: 'x', id: 'x', label: 0, file: 'x.bvh', layout, fps: 30 }, { metres });
const joint = (text: string, v: number, t = 0): number[] =>
  [...parse(text).keypoint.slice((t * 3 + v) * 3, (t * 3 + v + 1) * 3)].map((value) => Math.round(value * 1e4) / 1e4 + 0);

const ROOT = '6 Xposition Yposition Zposition Zrotation Xrotation Yrotation';

describe('a motion in BVH', () => {
  it('has the frame rate of the file and the joints of the layout, in metres', () => {
    const clip = parse(bvh(ROOT, '3 Zrotation Xrotation Yrotation', ['0 0 0 0 0 0 0 0 0', '100 0 0 0 0 0 0 0 0']), 0.01);
    expect(clip).toMatchObject({ fps: 25, shape: { M: 1, T: 2, V: 3, C: 3 } });
    expect([...clip.keypoint]).toEqual([0.1, 0.05, 0, 0, 0, 0, 0.1, 0, 0, 1.1, 0.05, 0, 1, 0, 0, 1.1, 0, 0].map(Math.fround));
  });

  it('takes the offset of a joint without position channels, also of the root', () => {
    const text = bvh('3 Zrotation Xrotation Yrotation', '0', ['90 0 0']);
    expect([joint(text, 1), joint(text, 2), joint(text, 0)]).toEqual([
      [1, 2, 3],
      [1, 12, 3],
      [-4, 12, 3],
    ]);
  });

  it('puts position channels of a joint in place of its offset, those that it has', () => {
    const text = bvh(ROOT, '2 Yposition Xrotation', ['0 0 0 0 0 0 7 90']);
    expect(joint(text, 2)).toEqual([10, 7, 0]);
    expect(joint(text, 0)).toEqual([10, 7, 5]);
  });

  it('turns in the order of the channels', () => {
    // Z then Y: the hand on x is turned by the inner rotation first.
    expect(joint(bvh('2 Zrotation Yrotation', '0', ['90 90']), 2)).toEqual([1, 2, -7]);
    expect(joint(bvh('2 Yrotation Zrotation', '0', ['90 90']), 2)).toEqual([1, 12, 3]);
    expect(joint(bvh('2 Xrotation Zrotation', '0', ['90 90']), 2)).toEqual([1, 2, 13]);
  });

  it('keeps the length of every bone under any rotation', () => {
    const angle = fc.double({ min: -720, max: 720, noNaN: true });
    const order = fc.constantFrom('X Y Z', 'X Z Y', 'Y X Z', 'Y Z X', 'Z X Y', 'Z Y X').map((axes) =>
      axes
        .split(' ')
        .map((axis) => `${axis}rotation`)
        .join(' '),
    );
    fc.assert(
      fc.property(order, order, fc.array(angle, { minLength: 6, maxLength: 6 }), (root, hand, angles) => {
        const { keypoint } = parse(bvh(`3 ${root}`, `3 ${hand}`, [angles.map((value) => value.toFixed(6)).join(' ')]));
        const distance = (a: number, b: number): number =>
          Math.hypot(...[0, 1, 2].map((c) => keypoint[a * 3 + c]! - keypoint[b * 3 + c]!));
        expect(distance(1, 2)).toBeCloseTo(10, 4);
        expect(distance(2, 0)).toBeCloseTo(5, 4);
      }),
    );
  });

  const good = bvh(ROOT, '3 Zrotation Xrotation Yrotation', ['0 0 0 0 0 0 0 0 0']);
  it.each([
    ['another kind of file', 'hello', 'FORMAT_UNSUPPORTED', /line 1: expected "HIERARCHY"/],
    ['a number too few', good.replace('0 0 0 0 0 0 0 0 0', '0 0'), 'FORMAT_TRUNCATED', /line 19: expected 9 numbers, got 2/],
    ['a number too many', good.replace('0 0 0 0 0 0 0 0 0', '0 0 0 0 0 0 0 0 0 0'), 'FORMAT_UNSUPPORTED', /got more/],
    ['a word', good.replace('0 0 0 0 0 0 0 0 0', '0 0 0 0 a 0 0 0 0'), 'FORMAT_UNSUPPORTED', /column 5, got "a"/],
    [
      'fewer frames than it says',
      good.replace('Frames:\t1', 'Frames: 2'),
      'FORMAT_TRUNCATED',
      /line 20: the file ends where frame 1 of 2/,
    ],
    ['more frames than it says', good.replace('Frames:\t1', 'Frames: 0'), 'FORMAT_UNSUPPORTED', /there is more/],
    ['no frame time', good.replace('0.04', '0'), 'FORMAT_UNSUPPORTED', /"Frame Time:" and its seconds/],
    ['an unknown channel', good.replace('Zrotation', 'Wrotation'), 'FORMAT_UNSUPPORTED', /got "Wrotation"/],
    ['seven channels', good.replace('CHANNELS 6', 'CHANNELS 7'), 'FORMAT_UNSUPPORTED', /expected 0 to 6 channels/],
    ['an open bracket', good.replace('}\nMOTION', 'MOTION'), 'FORMAT_UNSUPPORTED', /got "MOTION"/],
    ['its second half missing', good.slice(0, good.indexOf('JOINT')), 'FORMAT_TRUNCATED', /the file ends where/],
  ])('with %s is refused at its line', (_, text, code, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it('without a joint of the layout is refused with those that it has', () => {
    expect(() => parse(good.replaceAll('hand', 'paw'))).toThrow(
      expect.objectContaining({
        code: 'LAYOUT_MISMATCH',
        message: expect.stringMatching(/"hand_End"; the file has shoulder, paw, paw_End/),
      }),
    );
  });

  it('survives any damage', () => {
    survivesDamage(Buffer.from(good.replace('0 0 0 0 0 0 0 0 0', '1 2 3 10 20 30 40 50 60')), (bytes) => [parse(bytes)]);
  });
});
