import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { parseUtdMhad } from '../../../src/loader/formats/utd-mhad.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { THREE_JOINTS } from '../support/clips.js';
import { survivesDamage } from '../support/damage.js';
import { writeMatV5 } from '../support/mat-writer.js';
import { recording } from '../support/recordings.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('utd-mhad');
});

const parse = (bytes: Uint8Array, of = layout) =>
  parseUtdMhad(bytes, {
    dataset: 'utd-mhad',
    id: 'a1_s1_t1',
    label: 0,
    file: 'a1_s1_t1_skeleton.mat',
    layout: of,
    fps: 30,
  });
const array = (dims: number[], name = 'd_skel') =>
  writeMatV5([{ name, dims, values: new Array(dims.reduce((product, dim) => product * dim, 1)).fill(1) }]);

describe('a recording of UTD-MHAD', () => {
  it('becomes a clip of one person, frames first', () => {
    const clip = parse(recording(4));
    expect(clip).toMatchObject({
      id: 'a1_s1_t1',
      label: 0,
      shape: { M: 1, T: 4, V: 20, C: 3 },
      layout: 'utd-mhad',
      fps: 30,
      provenance: { kind: 'recorded', dataset: 'utd-mhad', file: 'a1_s1_t1_skeleton.mat' },
    });
    const at = (t: number, v: number, c: number): number => clip.keypoint[(t * 20 + v) * 3 + c]!;
    expect([at(0, 0, 0), at(2, 7, 1), at(3, 19, 2)]).toEqual([0, Math.fround(207.1), Math.fround(319.2)]);
  });

  it('may have a single frame, which MATLAB stores without the last axis', () => {
    expect(parse(array([20, 3])).shape.T).toBe(1);
  });

  it('without frames is empty', () => {
    expect(() => parse(array([20, 3, 0]))).toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [1e200, 'Infinity'],
  ])('with a value of %f names joint and frame', (value, words) => {
    const bytes = recording(3, (j, c, t) => (j === 7 && c === 1 && t === 2 ? value : 0));
    expect(() => parse(bytes)).toThrow(
      expect.objectContaining({
        code: 'CLIP_NOT_FINITE',
        message: `a1_s1_t1_skeleton.mat: joint "left_hand" is not finite in frame 2 (y = ${words})`,
        details: expect.objectContaining({ joint: 'left_hand', frame: 2 }),
      }),
    );
  });

  it.each([
    ['another second axis', [20, 2, 4], /must be joints x 3 x frames, got 20 x 2 x 4/],
    ['a fourth axis', [20, 3, 4, 2], /got 20 x 3 x 4 x 2/],
  ])('with %s is refused', (_, dims, words) => {
    expect(() => parse(array(dims))).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringMatching(words) }),
    );
  });

  it('with other joints than the layout is refused', () => {
    expect(() => parse(array([25, 3, 4]))).toThrow(
      expect.objectContaining({
        code: 'LAYOUT_MISMATCH',
        message: expect.stringContaining('has 25 joints of 3 coordinates, the layout "utd-mhad" has 20 of 3'),
      }),
    );
    expect(() => parse(recording(2), THREE_JOINTS)).toThrow(expect.objectContaining({ code: 'LAYOUT_MISMATCH' }));
  });

  it.each([true, false])('survives any damage (compressed: %s)', (compress) => {
    const values = Array.from({ length: 20 * 3 * 4 }, (_, i) => i / 8 + 1);
    survivesDamage(writeMatV5([{ name: 'd_skel', dims: [20, 3, 4], values }], { compress }), (bytes) => [parse(bytes)]);
  });

  it('without d_skel is refused', () => {
    expect(() => parse(array([20, 3, 4], 'skeleton'))).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining('expected a variable "d_skel"') }),
    );
  });
});
