import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, openDataset } from '../../../src/loader/index.js';
import { realData } from '../../support/real-data.js';
import { temporaryFolder } from '../support/recordings.js';

const sequence = (label: number): string =>
  JSON.stringify({ skeletons: [Array.from({ length: 20 }, () => [0.1, 0.2, 3])], label });

async function folderOf(labels: Readonly<Record<string, number>>): Promise<string> {
  const path = await temporaryFolder();
  for (const [name, label] of Object.entries(labels)) await writeFile(join(path, `${name}.json`), sequence(label));
  return path;
}

const FILES = { a01_s01_e00_v01: 1, a01_s02_e01_v03: 1, a12_s01_e00_v02: 10, a08_s10_e00_v03: 7 };
const open = (path: string, split = 'train', more = {}) => openDataset(`nw-ucla:${path}`, { split, ...more });

describe('NW-UCLA in a folder', () => {
  it('has splits by view and by subject, and labels that skip the actions 7 and 10', async () => {
    const path = await folderOf(FILES);
    const train = await open(path);
    expect(train).toMatchObject({
      split: 'xview/train',
      splitSizes: { 'xview/train': 2, 'xview/val': 2, 'xsub/train': 2, 'xsub/val': 2 },
    });
    expect(train.items).toEqual([
      { id: 'a01_s01_e00_v01', label: 0, subject: 's01', view: 'v01' },
      { id: 'a12_s01_e00_v02', label: 9, subject: 's01', view: 'v02' },
    ]);
    expect((await open(path, 'test')).items.map(({ id }) => id)).toEqual(['a01_s02_e01_v03', 'a08_s10_e00_v03']);
    expect((await open(path, 'xsub/val')).items.map(({ label }) => label)).toEqual([0, 6]);
  });

  it('refuses a file whose label is not the one that its name stands for', async () => {
    const dataset = await open(await folderOf({ a12_s01_e00_v01: 9 }));
    await expect(dataset.read(0)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('the file says 9, its name stands for 10 (carry)'),
    });
  });

  it('refuses an action that was not released, or leaves it out where that is wanted', async () => {
    const path = await folderOf({ ...FILES, a07_s01_e00_v01: 7 });
    await expect(open(path)).rejects.toMatchObject({ message: expect.stringContaining('the name says 7') });
    expect((await open(path, 'train', { onError: 'skip' })).items).toHaveLength(2);
  });
});

const real = realData('nw-ucla');
describe.skipIf(!real)('with the real NW-UCLA data', () => {
  let train: Dataset;
  beforeAll(async () => {
    train = await open(real!);
  });

  it('has the published 1,020 and 464 clips by view, and 724 and 760 by subject', () => {
    expect(train.splitSizes).toEqual({ 'xview/train': 1020, 'xview/val': 464, 'xsub/train': 724, 'xsub/val': 760 });
  });

  it('reads all 1,484 clips: 58,534 frames, 1 to 201 of them in a clip', async () => {
    const [a, b] = [await train.describe(), await (await open(real!, 'val')).describe()];
    expect([a.badClips, b.badClips]).toEqual([[], []]);
    expect(a.frames.total + b.frames.total).toBe(58_534);
    expect([a.frames.min, a.frames.max, b.frames.max]).toEqual([1, 201, 134]);
    expect(a.classes.map(({ clips, label }) => clips + b.classes[label]!.clips)).toEqual([
      150, 152, 141, 173, 148, 149, 142, 142, 145, 142,
    ]);
  });
});
