import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/loader/index.js';
import { realData } from '../../support/real-data.js';
import { writeMatV5 } from '../support/mat-writer.js';
import { temporaryFolder } from '../support/recordings.js';

const lines = [2, 4, 6].map((number) => [number, ...new Array(60).fill(0.5)].join(' ')).join('\n');
const open = (path: string, split = 'train', more = {}) => openDataset(`utkinect:${path}`, { split, ...more });

async function folder(labels: string): Promise<string> {
  const path = await temporaryFolder();
  for (const name of ['s01_e01', 's02_e01']) await writeFile(join(path, `joints_${name}.txt`), lines);
  await writeFile(join(path, 'actionLabel.txt'), labels);
  return path;
}
const LABELS = 's01_e01\npush: 1 2\nwalk: 2 5\ns02_e01\nwalk: 4 9\ncarry: NaN NaN\n';

describe('UTKinect in a folder', () => {
  it('has a clip for each segment, by recording and class', async () => {
    const dataset = await open(await folder(LABELS));
    expect(dataset.items).toEqual([
      { id: 's01_e01-walk', label: 0, subject: 's01' },
      { id: 's01_e01-push', label: 6, subject: 's01' },
    ]);
    expect(dataset.splitSizes).toEqual({
      ...{ 'xsub/train': 2, 'xsub/val': 1 },
      ...{ 'loso1/train': 1, 'loso1/val': 2, 'loso2/train': 2, 'loso2/val': 1 },
    });
    expect((await dataset.read(0)).shape.T).toBe(2);
  });

  it('takes corrected labels, and the subjects of random splits', async () => {
    const path = await folder(LABELS);
    await writeFile(join(path, 'actionLabel_modified.txt'), 's01_e01\nwalk: 2 9\ns02_e01\nwalk: 2 2\n');
    const subjects = (values: number[]) => ({ dims: [1, 1], values });
    await writeFile(
      join(path, 'tr_te_splits.mat'),
      writeMatV5([
        { name: 'tr_subjects', ...subjects([2]) },
        { name: 'te_subjects', ...subjects([1]) },
      ]),
    );
    const dataset = await open(path, 'random1/val');
    expect(dataset.items.map(({ id }) => id)).toEqual(['s01_e01-walk']);
    expect((await dataset.read(0)).shape.T).toBe(3);
  });

  it.each([
    ['s01_e01\nfly: 1 2\n', '"fly" is none of the actions'],
    ['s03_e01\nwalk: 1 2\n', 'joints_s03_e01.txt is not there'],
    ['s01_e01\nwalk: 1 2\nwalk: 3 4\n', '"walk" stands twice'],
  ])('refuses the labels %j', async (labels, words) => {
    await expect(open(await folder(labels))).rejects.toMatchObject({ message: expect.stringContaining(words) });
  });
});

const real = realData('utkinect');
describe.skipIf(!real)('with the real UTKinect data', () => {
  it('reads all 199 segments, 20 of each class but 19 of carry, 5 to 110 frames long', async () => {
    const [a, b] = [await (await open(real!)).describe(), await (await open(real!, 'val')).describe()];
    expect([a.clips, b.clips, a.badClips, b.badClips]).toEqual([100, 99, [], []]);
    expect(a.classes.map(({ clips, label }) => clips + b.classes[label]!.clips)).toEqual([
      20, 20, 20, 20, 19, 20, 20, 20, 20, 20,
    ]);
    expect([b.frames.min, a.frames.max]).toEqual([5, 110]);
  });

  it('has 20 splits that leave one recording out, and the ten random ones of its MAT-file', async () => {
    const dataset = await open(real!, 'random1/train');
    // SciPy: tr_subjects[0] is 2, 5, 7, 8, 9.
    expect([...new Set(dataset.items.map(({ subject }) => subject))]).toEqual(['s02', 's05', 's07', 's08', 's09']);
    expect(Object.keys(dataset.splitSizes)).toHaveLength(2 + 2 * 20 + 2 * 10);
    expect(dataset.splitSizes).toMatchObject({ 'loso20/val': 9, 'loso1/train': 189 });
  });
});
