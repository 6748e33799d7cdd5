import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { parseNtuClip } from '../../../src/loader/formats/ntu.js';
import { parseNtuSkeleton } from '../../../src/loader/formats/ntu-skeleton.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { survivesDamage } from '../support/damage.js';
import { type NtuTestBody, ntuText } from '../support/ntu-text.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('ntu');
});
const NAME = 'S001C001P001R001A001';
const parse = (text: string | Uint8Array) =>
  parseNtuClip(Buffer.from(text), { dataset: 'ntu60', id: NAME, label: 0, file: `${NAME}.skeleton`, layout, fps: 30 });
/** A person of human form at x who moves by `step` each frame. */
const person = (id: string, first: number, last: number, x = 0, step = 0.01): NtuTestBody => ({
  id,
  first,
  last,
  place: (t, v) => [x + t * step, v / 12, 3],
});

describe('a recording of NTU RGB+D', () => {
  it('becomes a clip of one person without the empty frames at its ends', () => {
    const { keypoint, shape } = parse(ntuText(30, [person('72057594037931101', 3, 22)]));
    expect(shape).toEqual({ M: 1, T: 20, V: 25, C: 3 });
    expect([...keypoint.slice((2 * 25 + 6) * 3, (2 * 25 + 7) * 3)]).toEqual([0.05, 0.5, 3].map(Math.fround));
  });

  it('of two persons puts the one who moves more first', () => {
    const { keypoint, shape } = parse(ntuText(20, [person('1', 0, 19, 0, 0), person('2', 5, 19, 1, 0.1)]));
    expect(shape).toEqual({ M: 2, T: 20, V: 25, C: 3 });
    const x = (m: number, t: number): number => keypoint[(m * 20 + t) * 75]!;
    expect([x(0, 4), x(0, 5), x(1, 5)]).toEqual([0, Math.fround(1.5), 0]);
    expect(keypoint[(20 + 5) * 75 + 2]).toBe(3);
  });

  it('lets a person who was lost go on in the same place under a new number', () => {
    const { shape, keypoint } = parse(ntuText(40, [person('7', 0, 14), person('8', 20, 39)]));
    expect(shape.M).toBe(1);
    expect([keypoint[14 * 75 + 2], keypoint[17 * 75 + 2], keypoint[20 * 75 + 2]]).toEqual([3, 0, 3]);
  });

  it('leaves out tracks of a few frames and ghosts that are wider than people, unless there is nobody else', () => {
    const chair: NtuTestBody = { id: '9', first: 0, last: 29, place: (t, v) => [v / 10 + t, v / 25, 2] };
    expect(parse(ntuText(30, [person('1', 0, 29), chair])).shape.M).toBe(1);
    expect(parse(ntuText(30, [person('1', 0, 29), person('2', 3, 9)])).shape.M).toBe(1);
    expect(parse(ntuText(30, [chair])).shape.M).toBe(1);
    expect(parse(ntuText(5, [person('1', 0, 4), person('2', 0, 4)])).shape.M).toBe(2);
  });

  it('keeps a third person out', () => {
    expect(parse(ntuText(20, [person('1', 0, 19), person('2', 0, 19, 1), person('3', 0, 19, 2)])).shape.M).toBe(2);
  });

  it('may end its lines as Windows does, and tell numbers of bodies beyond 2^53 apart', () => {
    const text = ntuText(15, [person('72057594037931101', 0, 14), person('72057594037931102', 0, 14, 1)]);
    expect(parse(text.replaceAll('\n', '\r\n')).shape.M).toBe(2);
  });

  it('of nobody is empty', () => {
    expect(() => parse(ntuText(3, []))).toThrow(
      expect.objectContaining({
        code: 'CLIP_EMPTY',
        message: expect.stringContaining('nobody was tracked in any of the 3 frames'),
      }),
    );
  });

  it('with NaN is refused at its joint', () => {
    const text = ntuText(2, [{ id: '1', first: 0, last: 1, place: (t, v) => [t === 1 && v === 3 ? Number.NaN : 1, v, 3] }]);
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'CLIP_NOT_FINITE', message: expect.stringContaining('joint "head"') }),
    );
  });

  const good = ntuText(2, [person('1', 0, 1)]).split('\n');
  it.each([
    ['NUL bytes', '\0'.repeat(400), 'FORMAT_UNSUPPORTED', 1, 'the number of frames'],
    ['nothing', '', 'FORMAT_TRUNCATED', 1, 'the number of frames'],
    ['a missing half', good.slice(0, 20).join('\n'), 'FORMAT_TRUNCATED', 21, 'joint 17 of frame 0'],
    ['a negative count', ['2', '-1'].join('\n'), 'FORMAT_UNSUPPORTED', 2, 'the number of bodies'],
    [
      'other joints',
      good.map((line) => (line === '25' ? '20' : line)).join('\n'),
      'FORMAT_UNSUPPORTED',
      4,
      'expected 25 joints, got 20',
    ],
    ['more lines than frames', ['1', ...good.slice(1)].join('\n'), 'FORMAT_UNSUPPORTED', 30, 'there is more'],
    ['a word', good.with(10, 'x 1 2 3 4 5 6 7 8 9 10 2').join('\n'), 'FORMAT_UNSUPPORTED', 11, 'got "x"'],
    ['a field too few', good.with(10, '1 2 3').join('\n'), 'FORMAT_UNSUPPORTED', 11, 'the 12 fields of a joint, got 3'],
  ])('with %s is refused at its line', (_, text, code, line, words) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ line }), message: expect.stringContaining(words) }),
    );
  });

  it('with one body twice in a frame is refused', () => {
    const lines = ntuText(1, [person('5', 0, 0), person('6', 0, 0)]).replace('\n6 ', '\n5 ');
    expect(() => parseNtuSkeleton(Buffer.from(lines), 'x', 25)).toThrow(/body 5 stands twice in frame 0/);
  });

  it('survives any damage', () => {
    survivesDamage(Buffer.from(ntuText(3, [person('1', 0, 2), person('2', 1, 2, 1)])), (bytes) => [parse(bytes)]);
  });
});
