import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/loader/index.js';
import { realData } from '../../support/real-data.js';
import { temporaryFolder } from '../support/recordings.js';

const clip = JSON.stringify({
  data: [{ frame_index: 1, skeleton: [{ pose: new Array(36).fill(0.5), score: new Array(18).fill(1) }] }],
});
const label = (index: number, name: string, skeleton = true) => ({ has_skeleton: skeleton, label: name, label_index: index });
const open = (path: string, split = 'val', more = {}) => openDataset(`kinetics:${path}`, { split, ...more });

async function folderOf(files: Readonly<Record<string, unknown>>): Promise<string> {
  const path = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(path, name, '..'), { recursive: true });
    await writeFile(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

describe('Kinetics-skeleton in a folder', () => {
  it('takes labels from the label file, and leaves out what has no skeleton', async () => {
    const path = await folderOf({
      'kinetics_val/-a.json': clip,
      'kinetics_val/_b.json': clip,
      'kinetics_val/c.json': clip,
      'kinetics_val_label.json': { '-a': label(1, 'bowling'), _b: label(0, 'archery', false), gone: label(3, 'zumba') },
      'kinetics_val_label.other.json': { c: label(0, 'other') },
    });
    const dataset = await open(path);
    expect(dataset.items).toEqual([{ id: '-a', label: 1 }]);
    expect(dataset.classes).toEqual(['archery', 'bowling', 'class 2', 'zumba']);
    expect((await dataset.read(0)).shape).toEqual({ M: 1, T: 1, V: 18, C: 2 });
    expect((await open(join(path, 'kinetics_val_label.other.json'))).items).toEqual([{ id: 'c', label: 0 }]);
  });

  it('refuses label files that number the classes in different ways, and missing ones', async () => {
    const path = await folderOf({
      'kinetics_train/a.json': clip,
      'kinetics_val/b.json': clip,
      'kinetics_train_label.json': { a: label(0, 'x') },
      'kinetics_val_label.json': { b: label(0, 'y') },
    });
    await expect(open(path)).rejects.toMatchObject({ message: expect.stringContaining('number the classes in different ways') });
    await expect(open(await folderOf({ 'kinetics_val/b.json': clip }))).rejects.toMatchObject({
      message: expect.stringContaining('holds no kinetics_val_label.json'),
    });
  });
});

const real = realData('kinetics-skeleton-samples');
describe.skipIf(!real)('with the real Kinetics samples', () => {
  it('reads the eight clips: five with the labels of ST-GCN, three with those of their own label file', async () => {
    const [five, three] = [await open(real!), await open(join(real!, 'kinetics_val_label.renumbered5.json'))];
    const [a, b] = [await five.describe(), await three.describe()];
    expect([a.clips, b.clips, a.badClips, b.badClips]).toEqual([5, 3, [], []]);
    expect(five.classes).toHaveLength(400);
    expect(five.classes[207]).toBe('parkour');
    expect([a.frames.min, a.frames.max, b.frames.max]).toEqual([164, 299, 299]);
  });
});
