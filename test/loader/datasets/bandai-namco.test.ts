import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Dataset, openDataset } from '../../../src/loader/index.js';
import { realData } from '../../support/real-data.js';
import { temporaryFolder } from '../support/recordings.js';

const open = (path: string, split = 'train') => openDataset(`bandai-namco:${path}`, { split });

describe('motions of Bandai-Namco in a folder', () => {
  it('have the classes of their names, and splits by style', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'data'));
    for (const name of ['walk_happy_001', 'walk_sad_001', 'bow_old_001'])
      await writeFile(join(path, 'data', `dataset-1_${name}.bvh`), '');
    await writeFile(join(path, 'data', 'dataset-1_kick_sad_001.json'), '{}');
    const plain = await open(path);
    expect([plain.classes, plain.items.map(({ id }) => id)]).toEqual([
      ['bow', 'walk'],
      ['dataset-1_bow_old_001', 'dataset-1_walk_happy_001'],
    ]);
    expect(plain.items[1]).toEqual({ id: 'dataset-1_walk_happy_001', label: 1, setup: 'happy' });

    await mkdir(join(path, 'cfg'));
    await writeFile(join(path, 'cfg', 'content_label.txt'), 'dataset-1_walk\ndataset-1_bow\n');
    await writeFile(join(path, 'cfg', 'style_label.txt'), 'dataset-1_sad\ndataset-1_old\ndataset-1_happy\n');
    expect((await open(path)).classes).toEqual(['walk', 'bow']);
    expect((await open(path, 'test')).items.map(({ setup }) => setup)).toEqual(['happy']);
  });

  it('of two data sets are refused', async () => {
    const path = await temporaryFolder();
    for (const name of ['dataset-1_walk_happy_001', 'dataset-2_walk_happy_001']) await writeFile(join(path, `${name}.bvh`), '');
    await expect(open(path)).rejects.toMatchObject({ message: expect.stringContaining('motions of two data sets') });
  });
});

const real = realData('bandai-namco-1');
describe.skipIf(!real)('with the real Bandai-Namco data', () => {
  it('reads all 174 motions: 31,914 frames of 16 classes', { timeout: 60_000 }, async () => {
    const [train, val] = [await open(real!), await open(real!, 'val')];
    const [a, b] = [await train.describe(), await val.describe()];
    expect([a.clips, b.clips, a.badClips, b.badClips]).toEqual([119, 55, [], []]);
    expect(a.frames.total + b.frames.total).toBe(31_914);
    expect([a.frames.min, a.frames.max]).toEqual([20, 1901]);
    const counts = new Map(a.classes.map(({ name, clips, label }) => [name, clips + b.classes[label]!.clips]));
    expect([counts.get('walk'), counts.get('bow'), counts.get('punch'), counts.get('dance-long')]).toEqual([30, 15, 2, 0]);
    await standsUpright(train);
  });
});

/** The feet are on the floor, the head is at the height of a person, and bones keep their length. */
async function standsUpright(dataset: Dataset): Promise<void> {
  const { layout, items } = dataset;
  const { keypoint, shape } = await dataset.read(items.findIndex(({ id }) => id === 'dataset-1_walk_normal_001'));
  const at = (name: string, t: number): readonly number[] => {
    const from = (t * shape.V + layout.joints.indexOf(name)) * 3;
    return [...keypoint.slice(from, from + 3)];
  };
  for (const t of [0, shape.T >> 1, shape.T - 1]) {
    expect(Math.min(at('Toes_L', t)[1]!, at('Toes_R', t)[1]!)).toBeCloseTo(0, 0);
    expect(at('Head', t)[1]).toBeGreaterThan(1.2);
    expect(at('Head', t)[1]).toBeLessThan(2);
    const shin = [0, 1, 2].map((c) => at('Foot_L', t)[c]! - at('LowerLeg_L', t)[c]!);
    const first = [0, 1, 2].map((c) => at('Foot_L', 0)[c]! - at('LowerLeg_L', 0)[c]!);
    expect(Math.hypot(...shin)).toBeCloseTo(Math.hypot(...first), 3);
  }
}
