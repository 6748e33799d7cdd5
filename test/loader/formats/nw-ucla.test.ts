import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { parseNwUcla } from '../../../src/loader/formats/nw-ucla.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { survivesDamage } from '../support/damage.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('kinect-v1');
});

const frames = (T: number): number[][][] =>
  Array.from({ length: T }, (_, t) => Array.from({ length: 20 }, (_, v) => [v + 0.1, t, -1.5]));
const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const parse = (bytes: Uint8Array) =>
  parseNwUcla(bytes, { dataset: 'nw-ucla', id: 'a01_s01_e00_v01', label: 0, file: 'a01.json', layout, fps: 30 });

describe('a sequence of NW-UCLA', () => {
  it('becomes a clip of one person, with the label beside it', () => {
    const { clip, label } = parse(encode({ file_name: 'a01', skeletons: frames(4), label: 1 }));
    expect(label).toBe(1);
    expect(clip).toMatchObject({ label: 0, shape: { M: 1, T: 4, V: 20, C: 3 }, layout: 'kinect-v1', fps: 30 });
    expect([...clip.keypoint.slice((3 * 20 + 7) * 3, (3 * 20 + 8) * 3)]).toEqual([Math.fround(7.1), 3, -1.5]);
  });

  it('may state no label, and begin with a byte order mark', () => {
    const text = encode({ skeletons: frames(1) });
    expect(parse(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text]))).toMatchObject({ label: undefined });
  });

  const spoilt = (change: (list: unknown[][][]) => void): unknown => {
    const list = frames(3) as unknown[][][];
    change(list);
    return { skeletons: list };
  };
  it.each([
    ['no object', [1], 'a01.json, byte 0: expected a JSON object, got a list of 1'],
    ['no frames', { label: 1 }, 'a01.json, skeletons: expected a list of frames, got nothing'],
    ['a label of words', { skeletons: frames(1), label: 'x' }, 'a01.json, label: expected a whole number, got "x"'],
    [
      'a missing joint',
      spoilt((list) => list[1]!.pop()),
      'a01.json, skeletons[1]: expected a list of 20 joints, got a list of 19',
    ],
    [
      'a missing coordinate',
      spoilt((list) => list[2]![3]!.pop()),
      'a01.json, skeletons[2][3]: expected x, y and z, got a list of 2',
    ],
    [
      'a word for a number',
      spoilt((list) => list[0]![1]!.splice(2, 1, 'a')),
      'a01.json, skeletons[0][1][2]: expected a number, got "a"',
    ],
  ])('with %s is refused at its place', (_, value, message) => {
    expect(() => parse(encode(value))).toThrow(expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message }));
  });

  it('that is cut short is refused with the byte', () => {
    const bytes = encode({ skeletons: frames(2) });
    expect(() => parse(bytes.subarray(0, 100))).toThrow(
      expect.objectContaining({ code: 'FORMAT_TRUNCATED', details: expect.objectContaining({ byteOffset: 100 }) }),
    );
  });

  it('of nobody is empty', () => {
    const nobody = frames(3).map((frame) => frame.map(() => [0, 0, 0]));
    expect(() => parse(encode({ skeletons: nobody }))).toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
    expect(() => parse(encode({ skeletons: [] }))).toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
  });

  it('survives any damage', () => {
    survivesDamage(encode({ file_name: 'a01', skeletons: frames(2), label: 1 }), (bytes) => [parse(bytes).clip]);
  });
});
