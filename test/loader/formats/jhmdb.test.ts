import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { memorySource } from '../../../src/loader/formats/byte-source.js';
import { parseJhmdb, readJhmdbClip } from '../../../src/loader/formats/jhmdb.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { survivesDamage } from '../support/damage.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('jhmdb');
});
const bytes = readFileSync(new URL('./fixtures/jhmdb.pkl', import.meta.url));
const read = (content: Uint8Array) => {
  const source = memorySource(content, 'GT_train_1.pkl');
  const facts = { dataset: 'jhmdb', id: 'train1-000', label: 0, file: 'GT_train_1.pkl', layout, fps: 30 };
  return parseJhmdb(source).map((entry) => readJhmdbClip(source, entry, facts));
};

describe('a file of JHMDB', () => {
  it('lists classes, and gives clips in 2-D', () => {
    expect(parseJhmdb(memorySource(bytes, 'x')).map(({ label }) => label)).toEqual(['walk', 'catch']);
    const [first, second] = read(bytes);
    expect([first!.shape, second!.shape]).toEqual([
      { M: 1, T: 3, V: 15, C: 2 },
      { M: 1, T: 2, V: 15, C: 2 },
    ]);
    // NumPy: rng = default_rng(1); round(rng.normal(size=(3, 15, 2)), 3)[0, 0]
    expect([...first!.keypoint.slice(0, 2)]).toEqual([0.346, 0.822].map(Math.fround));
  });

  it.each([
    ['no dict', ']., ', 'byte 0: expected a dict'],
    ['no poses', '}.', 'pose: expected a list of arrays'],
    ['other labels than poses', "(S'pose'\n(NlS'label'\n]d.", 'label: expected a list of 1 class names'],
    ['a number for a label', "(S'pose'\n(NlS'label'\n(I1\nld.", 'label[0]: expected the name of a class'],
    ['None for an array', "(S'pose'\n(NlS'label'\n(S'x'\nld.", 'pose[0]: expected an array'],
  ])('with %s is refused', (_, content, words) => {
    expect(() => read(Buffer.from(content))).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining(words) }),
    );
  });

  it('survives any damage', () => {
    survivesDamage(bytes, read);
  });
});
