import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/loader/index.js';
import { realData } from '../../support/real-data.js';
import { temporaryFolder } from '../support/recordings.js';

const FIXTURE = fileURLToPath(new URL('../formats/fixtures/jhmdb.pkl', import.meta.url));
const open = (path: string, split = 'train', more = {}) => openDataset(`jhmdb:${path}`, { split, ...more });

describe('JHMDB in a folder', () => {
  it('has the splits whose files are there, with classes by name', async () => {
    const path = await temporaryFolder();
    for (const name of ['GT_train_1', 'GT_test_1', 'GT_train_2']) await copyFile(FIXTURE, join(path, `${name}.pkl`));
    const dataset = await open(path);
    expect(dataset).toMatchObject({
      split: 'split1/train',
      splitSizes: { 'split1/train': 2, 'split1/val': 2, 'split2/train': 2, 'split2/val': 0 },
    });
    expect(dataset.items).toEqual([
      { id: 'train1-000', label: 12 },
      { id: 'train1-001', label: 0 },
    ]);
    expect((await dataset.read(1)).shape).toEqual({ M: 1, T: 2, V: 15, C: 2 });
    expect((await open(path, 'split2/train')).items[0]!.id).toBe('train2-000');
  });

  it('lists a file that is damaged as bad, beside the good one', async () => {
    const path = await temporaryFolder();
    await copyFile(FIXTURE, join(path, 'GT_train_1.pkl'));
    await writeFile(join(path, 'GT_test_1.pkl'), (await readFile(FIXTURE)).subarray(0, 300));
    await expect(open(path)).rejects.toMatchObject({
      code: 'FORMAT_TRUNCATED',
      message: expect.stringContaining('GT_test_1.pkl, byte'),
    });
    expect((await open(path, 'train', { onError: 'skip' })).items).toHaveLength(2);
  });
});

const real = realData('jhmdb-2d');
describe.skipIf(!real)('with the real JHMDB data', () => {
  it('has 433 and 176 clips of 14 classes in 2-D, 15 to 40 frames each', async () => {
    const [train, val] = [await open(real!), await open(real!, 'val')];
    expect(train.splitSizes).toEqual({ 'split1/train': 433, 'split1/val': 176 });
    const [a, b] = [await train.describe(), await val.describe()];
    expect([a.badClips, b.badClips]).toEqual([[], []]);
    expect([a.frames.total, b.frames.total]).toEqual([15_208, 5918]);
    expect([a.frames.min, a.frames.max, a.frames.median]).toEqual([15, 40, 40]);
    const pour = a.classes.find(({ name }) => name === 'pour')!;
    expect([pour.clips, b.classes[pour.label]!.clips]).toEqual([39, 16]);
    expect(a.classes.every(({ clips }) => clips > 20)).toBe(true);
  });

  it('has the values that NumPy reads', async () => {
    // d = pickle.load(open('GT_train_1.pkl', 'rb'), encoding='latin1'); d['pose'][0][0, :2], d['label'][0]
    const dataset = await open(real!);
    const { keypoint, shape } = await dataset.read(0);
    expect(shape).toEqual({ M: 1, T: 39, V: 15, C: 2 });
    expect([...keypoint.slice(0, 4)]).toEqual([0.016, -0.05, 0.035, 0.271].map(Math.fround));
  });
});
