import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDataset } from '../../../src/loader/index.js';
import { temporaryFolder } from '../support/recordings.js';

it('MSR-Action3D has cross-subject splits of all actions and of three subsets, and prefers metres', async () => {
  const path = await temporaryFolder();
  const frame = Array.from({ length: 20 }, (_, v) => `${v} 1 3 1`).join('\n');
  for (const name of ['a01_s01_e01', 'a02_s01_e01', 'a02_s02_e01', 'a18_s03_e02']) {
    await writeFile(join(path, `${name}_skeleton3D.txt`), frame);
    await writeFile(join(path, `${name}_skeleton.txt`), 'image coordinates');
  }
  const dataset = await openDataset(`msr-action3d:${path}`, { split: 'as1/train' });
  expect(dataset.splitSizes).toEqual({
    ...{ 'xsub/train': 3, 'xsub/val': 1, 'as1/train': 2, 'as1/val': 1 },
    ...{ 'as2/train': 1, 'as2/val': 0, 'as3/train': 1, 'as3/val': 0 },
  });
  expect(dataset.items).toEqual([
    { id: 'a02_s01_e01', label: 1, subject: 's01' },
    { id: 'a18_s03_e02', label: 17, subject: 's03' },
  ]);
  expect((await dataset.read(0)).shape).toEqual({ M: 1, T: 1, V: 20, C: 3 });
  await writeFile(join(path, 'a21_s01_e01_skeleton3D.txt'), frame);
  await expect(openDataset(`msr-action3d:${path}`, { split: 'train' })).rejects.toMatchObject({
    message: expect.stringContaining('the name says 21'),
  });
});
