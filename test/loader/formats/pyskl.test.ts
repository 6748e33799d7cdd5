import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { memorySource } from '../../../src/loader/formats/byte-source.js';
import { parsePyskl, readPysklClip } from '../../../src/loader/formats/pyskl.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { survivesDamage } from '../support/damage.js';
import { bodyValue, fixture } from '../support/fixture.js';

let ntu: Layout;
let coco: Layout;
beforeAll(async () => {
  [ntu, coco] = [await loadLayout('ntu'), await loadLayout('coco-17')];
});
const readAll = (bytes: Uint8Array, layout: Layout) => {
  const source = memorySource(bytes, 'x.pkl');
  const facts = { dataset: 'pyskl', id: 'x', label: 0, file: 'x.pkl', layout, fps: 30 };
  return parsePyskl(source).annotations.map((annotation) => readPysklClip(source, annotation, facts));
};

describe('annotations of PYSKL', () => {
  it('name their splits, and give clips of float16', () => {
    const { splits, annotations } = parsePyskl(memorySource(fixture('pyskl-3d.pkl'), 'x.pkl'));
    expect([...splits!.keys()]).toEqual(['xsub_train', 'xsub_val', 'xview_train']);
    expect(annotations.map(({ label }) => label)).toEqual([0, 59, 7]);
    const [, second] = readAll(fixture('pyskl-3d.pkl'), ntu);
    expect(second!.shape).toEqual({ M: 2, T: 3, V: 25, C: 3 });
    // Three digits are left of a value above 1000.
    expect(second!.keypoint[((1 * 3 + 1) * 25 + 3) * 3 + 2]).toBeCloseTo(bodyValue(1, 1, 1, 3, 2), -1);
  });

  it('may be in 2-D, or a mere list', () => {
    for (const name of ['pyskl-2d.pkl', 'pyskl-list.pkl'])
      expect(readAll(fixture(name), coco).map(({ shape, keypoint }) => [shape.V, shape.C, keypoint[0]])).toEqual([
        [17, 2, 10],
        [17, 2, 11],
      ]);
    expect(parsePyskl(memorySource(fixture('pyskl-list.pkl'), 'x.pkl')).splits).toBeUndefined();
  });

  it.each([
    ['no annotations', 'N.', 'annotations: expected a list'],
    ['a text for one', "(S'a'\nl.", 'annotations[0]: expected a dict'],
    ['no name', '((dl.', 'annotations[0].frame_dir: expected a name'],
    ['no label', "((S'frame_dir'\nS'a'\ndl.", 'annotations[0].label: expected a class number'],
    ['no keypoints', "((S'frame_dir'\nS'a'\nS'label'\nI0\ndl.", 'annotations[0].keypoint: expected an array'],
    ['no splits', "(S'annotations'\n(ld.", 'split: expected a dict'],
  ])('with %s are refused', (_, bytes, words) => {
    expect(() => readAll(Buffer.from(bytes), ntu)).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining(words) }),
    );
  });

  it.each(['pyskl-3d.pkl', 'pyskl-list.pkl'])('made from %s survive any damage', (name) => {
    survivesDamage(fixture(name), (bytes) => readAll(bytes, name.includes('3d') ? ntu : coco));
  });
});
