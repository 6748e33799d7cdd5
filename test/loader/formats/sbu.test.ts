import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { parseSbu } from '../../../src/loader/formats/sbu.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { THREE_JOINTS } from '../support/clips.js';
import { survivesDamage } from '../support/damage.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('sbu');
});

/** A line for each frame; the value says person, joint and coordinate. */
const text = (T: number, value = (m: number, v: number, c: number) => (m * 15 + v + c / 4) / 32): string =>
  Array.from({ length: T }, (_, t) =>
    [t + 1, ...Array.from({ length: 90 }, (_, i) => value(Math.floor(i / 45), Math.floor(i / 3) % 15, i % 3).toFixed(6))].join(
      ',',
    ),
  ).join('\n');
const parse = (content: string | Uint8Array, of = layout) =>
  parseSbu(Buffer.from(content), {
    dataset: 'sbu',
    id: 's01s02-01-001',
    label: 0,
    file: 'skeleton_pos.txt',
    layout: of,
    fps: 15,
  });

describe('a sequence of SBU', () => {
  it('becomes a clip of two persons in metres', () => {
    const { shape, keypoint } = parse(text(3));
    expect(shape).toEqual({ M: 2, T: 3, V: 15, C: 3 });
    const at = (m: number, t: number, v: number): number[] => [...keypoint.slice(((m * 3 + t) * 15 + v) * 3).slice(0, 3)];
    // Joint 4 of person 2 in the second frame: 19 / 32, 19.25 / 32, 19.5 / 32, as written with six digits.
    expect(at(1, 1, 4)[0]).toBeCloseTo((1280 - 2560 * 0.59375) / 1000, 6);
    expect(at(1, 1, 4)[1]).toBeCloseTo((960 - 1920 * 0.601563) / 1000, 6);
    expect(at(1, 1, 4)[2]).toBeCloseTo((0.609375 * 10_000) / 7.8125 / 1000, 6);
  });

  it('keeps a joint that was not tracked at zero', () => {
    const { keypoint } = parse(text(1, (m, v) => (m === 1 && v === 2 ? 0 : 0.25)));
    expect([...keypoint.slice((15 + 2) * 3, (15 + 3) * 3)]).toEqual([0, 0, 0]);
  });

  it('may end its lines as Windows does, and with a blank line', () => {
    expect(parse(`${text(2).replaceAll('\n', '\r\n')}\r\n\r\n`).shape.T).toBe(2);
  });

  it.each([
    ['a number too few', text(3).replace(/,[^,]*$/, ''), 'FORMAT_TRUNCATED', 'line 3: expected 91 numbers, got 90'],
    ['a number too many', `${text(2)},7`, 'FORMAT_UNSUPPORTED', 'line 2: expected 91 numbers, got more'],
    ['a word', text(2).replace('0.25', 'abc'), 'FORMAT_UNSUPPORTED', /line 1: expected a number in column \d+, got "abc/],
    ['NUL bytes', '\0'.repeat(500), 'FORMAT_TRUNCATED', 'line 1: expected 91 numbers, got 1'],
  ])('with %s is refused at its line', (_, content, code, words) => {
    expect(() => parse(content)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(words) }));
  });

  it('with NaN names joint, person and frame', () => {
    const lines = text(2).split('\n');
    const numbers = lines[1]!.split(',');
    numbers[1 + 45 + 3] = 'nan';
    expect(() => parse([lines[0], numbers.join()].join('\n'))).toThrow(
      expect.objectContaining({
        code: 'CLIP_NOT_FINITE',
        message: 'skeleton_pos.txt: joint "neck" of person 2 is not finite in frame 1 (x = NaN)',
      }),
    );
  });

  it('without lines is empty, and other joints are refused', () => {
    expect(() => parse('')).toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
    expect(() => parse(text(1), THREE_JOINTS)).toThrow(expect.objectContaining({ code: 'LAYOUT_MISMATCH' }));
  });

  it('survives any damage', () => {
    survivesDamage(Buffer.from(text(2)), (bytes) => [parse(bytes)]);
  });
});
