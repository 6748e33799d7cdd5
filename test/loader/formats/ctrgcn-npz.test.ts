import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { type ByteSource, memorySource } from '../../../src/loader/formats/byte-source.js';
import { parseCtrgcnNpz, readCtrgcnClip } from '../../../src/loader/formats/ctrgcn-npz.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { survivesDamage } from '../support/damage.js';
import { bodyValue, fixture } from '../support/fixture.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('ntu');
});
const facts = () => ({ dataset: 'ctrgcn', id: 'x', label: 0, file: 'x.npz', layout, fps: 30 });
const readAll = (source: ByteSource) => {
  const { train, test } = parseCtrgcnNpz(source, layout);
  return [train, test].flatMap((part) => part.labels.map((_, index) => readCtrgcnClip(part, index, source, facts())));
};

describe.each(['ctrgcn', 'ctrgcn-zip64', 'ctrgcn-compressed'])('the file %s.npz that NumPy wrote', (name) => {
  it('has the labels of both splits', () => {
    const { train, test } = parseCtrgcnNpz(memorySource(fixture(`${name}.npz`), 'x.npz'), layout);
    expect([train.labels, test.labels]).toEqual([[0, 59], [7]]);
    expect([train.persons, train.numClasses]).toEqual([2, 60]);
  });

  it('gives clips without the zero frames at their ends, an absent person as zeros', () => {
    const clips = readAll(memorySource(fixture(`${name}.npz`), 'x.npz'));
    expect(clips.map(({ shape }) => shape)).toEqual([4, 3, 2].map((T) => ({ M: 2, T, V: 25, C: 3 })));
    for (const [n, { keypoint, shape }] of clips.entries())
      for (const [m, t, v, c] of [
        [0, 0, 0, 0],
        [0, 1, 24, 2],
        [1, 1, 7, 1],
      ] as const)
        expect(keypoint[((m * shape.T + t) * 25 + v) * 3 + c]).toBe(
          n === 0 && m === 1 ? 0 : Math.fround(bodyValue(n, t, m, v, c)),
        );
  });
});

describe('a file of CTR-GCN', () => {
  it('is read in place: a clip costs the bytes of its rows', () => {
    const source = memorySource(fixture('ctrgcn.npz'), 'x.npz');
    let bytes = 0;
    const counting: ByteSource = {
      ...source,
      read(offset, length) {
        bytes += length;
        return source.read(offset, length);
      },
    };
    const { train } = parseCtrgcnNpz(counting, layout);
    bytes = 0;
    readCtrgcnClip(train, 1, counting, facts());
    expect(bytes).toBe(6 * 150 * 4);
  });

  it('of other joints is refused with both sizes', async () => {
    const other = await loadLayout('coco-17');
    expect(() => parseCtrgcnNpz(memorySource(fixture('ctrgcn.npz'), 'x.npz'), other)).toThrow(
      expect.objectContaining({ code: 'LAYOUT_MISMATCH', message: expect.stringContaining('have 150 values') }),
    );
  });

  it('that is another archive is refused', () => {
    expect(() => readAll(memorySource(fixture('own.npz'), 'x.npz'))).toThrow(
      expect.objectContaining({ message: expect.stringContaining('found no x_train') }),
    );
    expect(() => readAll(memorySource(Buffer.from('no archive'), 'x.npz'))).toThrow(
      expect.objectContaining({ code: 'FORMAT_TRUNCATED', message: expect.stringContaining('no .npz or .zip') }),
    );
  });

  it.each(['ctrgcn', 'ctrgcn-zip64', 'ctrgcn-compressed'])('made from %s survives any damage', (name) => {
    survivesDamage(fixture(`${name}.npz`), (bytes) => readAll(memorySource(bytes, 'x.npz')));
  });
});
