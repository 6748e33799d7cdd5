import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { memorySource } from '../../../src/loader/formats/byte-source.js';
import { parseStgcnData, parseStgcnLabels, readStgcnClip } from '../../../src/loader/formats/stgcn-npy.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { survivesDamage } from '../support/damage.js';
import { bodyValue, fixture } from '../support/fixture.js';

let ntu: Layout;
let openpose: Layout;
beforeAll(async () => {
  [ntu, openpose] = [await loadLayout('ntu'), await loadLayout('openpose-18')];
});
const readAll = (bytes: Uint8Array, layout: Layout) => {
  const source = memorySource(bytes, 'train_data.npy');
  const data = parseStgcnData(source);
  const facts = { dataset: 'stgcn', id: 'x', label: 0, file: 'train_data.npy', layout, fps: 30 };
  return Array.from({ length: Math.min(3, data.shape[0]!) }, (_, index) => readStgcnClip(data, index, source, facts));
};

describe('data of ST-GCN', () => {
  it('gives clips without the zero frames that pad them', () => {
    const clips = readAll(fixture('stgcn-ntu.npy'), ntu);
    expect(clips.map(({ shape }) => shape.T)).toEqual([4, 3, 2]);
    const { keypoint } = clips[1]!;
    expect(keypoint[((1 * 3 + 2) * 25 + 24) * 3 + 1]).toBe(Math.fround(bodyValue(1, 2, 1, 24, 1)));
  });

  it('in 2-D loses its scores, and joints that were not seen become zero', () => {
    const [clip] = readAll(fixture('stgcn-openpose.npy'), openpose);
    expect(clip!.shape).toEqual({ M: 2, T: 2, V: 18, C: 2 });
    expect([...clip!.keypoint.slice(4, 8)]).toEqual([0.25, -0.5, 0, 0]);
  });

  it('of another form is refused', () => {
    expect(() => readAll(fixture('stgcn-ntu.npy'), openpose)).toThrow(expect.objectContaining({ code: 'LAYOUT_MISMATCH' }));
    const flat = Buffer.from(fixture('stgcn-ntu.npy'));
    flat.write("'shape': (3, 3, 300, 25)  ", flat.indexOf("'shape'"), 'latin1');
    expect(() => readAll(flat, ntu)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^FORMAT_/) }));
  });

  it('survives any damage', () => {
    survivesDamage(fixture('stgcn-ntu.npy'), (bytes) => readAll(bytes, ntu));
  });
});

describe('labels of ST-GCN', () => {
  it('are names and numbers', () => {
    const { names, labels } = parseStgcnLabels(memorySource(fixture('stgcn-label.pkl'), 'x.pkl'));
    expect(labels).toEqual([0, 59, 7]);
    expect(names[1]).toBe('S001C002P001R001A060.skeleton');
  });

  it.each([
    ['no tuple', 'N.', 'byte 0: expected a tuple of names and labels'],
    ['no names', '(NNt.', 'names: expected a list'],
    ['too few labels', "((S'a'\nl(lt.", 'labels: expected a list of 1 class numbers'],
    ['a number for a name', '((I1\nl(I1\nlt.', 'names[0]: expected a text'],
    ['a negative class', "((S'a'\nl(I-1\nlt.", 'labels[0]: expected a class number'],
  ])('with %s are refused', (_, bytes, words) => {
    expect(() => parseStgcnLabels(memorySource(Buffer.from(bytes), 'x.pkl'))).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining(words) }),
    );
  });
});
