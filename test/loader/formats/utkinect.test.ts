import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { parseUtkinect, parseUtkinectLabels } from '../../../src/loader/formats/utkinect.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { endsWell, survivesDamage } from '../support/damage.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('kinect-v1');
});
const text = (numbers: readonly number[]): string =>
  `\n${numbers.map((number, line) => `${number}   ${Array.from({ length: 60 }, (_, i) => line + i / 100).join('  ')}  `).join('\n')}\n`;
const parse = (content: string | Uint8Array, range: readonly [number, number] = [10, 20]) =>
  parseUtkinect(Buffer.from(content), range, {
    dataset: 'utkinect',
    id: 's01_e01-walk',
    label: 0,
    file: 'joints_s01_e01.txt',
    layout,
    fps: 15,
  });

describe('a segment of UTKinect', () => {
  it('is the lines whose frame numbers lie in the range, both ends with it', () => {
    const { keypoint, shape } = parse(text([8, 10, 12, 17, 20, 22]));
    expect(shape).toEqual({ M: 1, T: 4, V: 20, C: 3 });
    expect([keypoint[0], keypoint[3 * 60]]).toEqual([1, 4]);
    expect(keypoint[59]).toBe(Math.fround(1.59));
  });

  it('takes the first of lines that repeat a frame number', () => {
    const { keypoint, shape } = parse(text([10, 10, 12, 12, 12]));
    expect(shape.T).toBe(2);
    expect([keypoint[0], keypoint[60]]).toEqual([0, 2]);
  });

  it('without a line in the range is empty', () => {
    expect(() => parse(text([1, 2]))).toThrow(
      expect.objectContaining({ code: 'CLIP_EMPTY', message: expect.stringContaining('no frame from 10 to 20') }),
    );
  });

  it('survives any damage', () => {
    survivesDamage(Buffer.from(text([10, 12, 14])), (bytes) => [parse(bytes)]);
  });
});

describe('labels of UTKinect', () => {
  const labels = (content: string) => parseUtkinectLabels(Buffer.from(content), 'actionLabel.txt');

  it('are blocks of segments, of which one may not exist', () => {
    expect(labels('s01_e01\nwalk: 252 390\nstandUp: 704 752 \ns10_e02\r\ncarry:  NaN NaN\n')).toEqual([
      { recording: 's01_e01', action: 'walk', range: [252, 390] },
      { recording: 's01_e01', action: 'standUp', range: [704, 752] },
      { recording: 's10_e02', action: 'carry', range: undefined },
    ]);
  });

  it('survive any damage', () => {
    endsWell(Buffer.from('s01_e01\nwalk: 252 390\nstandUp: 704 752\ns10_e02\r\ncarry:  NaN NaN\n'), (bytes) => {
      for (const { range } of parseUtkinectLabels(bytes, 'actionLabel.txt'))
        if (range) expect(range[0]).toBeLessThanOrEqual(range[1]);
    });
  });

  it.each([
    ['walk: 1 2', 'line 1: an action stands before the name'],
    ['s01_e01\nwalk 1 2', 'line 2: expected "sSS_eEE"'],
    ['s01_e01\n\nwalk: 9 2', 'line 3: the segment "walk" ends (2) before it begins (9)'],
  ])('%j are refused at their line', (content, words) => {
    expect(() => labels(content)).toThrow(expect.objectContaining({ message: expect.stringContaining(words) }));
  });
});
