import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { memorySource } from '../../../src/loader/formats/byte-source.js';
import { parseNpz } from '../../../src/loader/formats/npz/npz.js';
import { parseSkelmixNpz, readSkelmixClip } from '../../../src/loader/formats/skelmix-npz.js';
import { THREE_JOINTS } from '../support/clips.js';
import { survivesDamage } from '../support/damage.js';
import { bodyValue, fixture } from '../support/fixture.js';

const source = memorySource(fixture('own.npz'), 'own.npz');
const facts = (layout: Layout) => ({ dataset: 'npz', id: 'x', label: 0, file: 'own.npz', layout, fps: 25 });

describe("a file of skelmix' own form", () => {
  it('says everything about its clips', () => {
    const file = parseSkelmixNpz(source);
    expect(file).toMatchObject({
      labels: [1, 0, 1],
      lengths: [4, 3, 2],
      ids: ['a', 'b', 'c'],
      subjects: ['ann', 'bo', 'ann'],
      splits: ['xsub/train', 'xsub/val', 'xsub/train'],
      classNames: ['sit', 'stand'],
      jointNames: ['head', 'hip', 'foot'],
      fps: 25,
    });
    expect(file.layout).toMatchObject({ name: 'three', root: 1, parents: [1, -1, 1] });
    const { keypoint, shape } = readSkelmixClip(file, 1, source, facts(THREE_JOINTS));
    expect(shape).toEqual({ M: 2, T: 3, V: 3, C: 3 });
    expect(keypoint[((1 * 3 + 2) * 3 + 1) * 3 + 2]).toBe(Math.fround(bodyValue(1, 2, 1, 1, 2)));
  });

  it('needs keypoints and labels only', () => {
    const least = parseSkelmixNpz(memorySource(fixture('own-least.npz'), 'x.npz'));
    expect(least).toMatchObject({ labels: [0], ids: undefined, lengths: undefined, layout: undefined, fps: undefined });
  });

  it.each([
    ['a label beyond the names of classes', 'labels', 5],
    ['a length beyond the frames', 'lengths', 9],
    ['a layout that is none', 'layout', '['.charCodeAt(0)],
    ['an id twice', 'ids', 'b'.charCodeAt(0)],
    ['a class that is no whole number', 'labels', 0x80, 7],
  ])('with %s is refused', (_, name, value, at = 0) => {
    const bytes = Buffer.from(fixture('own.npz'));
    bytes[parseNpz(source).get(name)!.dataOffset + at] = value;
    expect(() => parseSkelmixNpz(memorySource(bytes, 'x.npz'))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(FORMAT_UNSUPPORTED|LAYOUT_INVALID)$/) }),
    );
  });

  it('survives any damage', () => {
    survivesDamage(fixture('own.npz'), (bytes) => {
      const damaged = memorySource(bytes, 'own.npz');
      const file = parseSkelmixNpz(damaged);
      return file.labels.slice(0, 5).map((_, index) => readSkelmixClip(file, index, damaged, facts(THREE_JOINTS)));
    });
  });
});
