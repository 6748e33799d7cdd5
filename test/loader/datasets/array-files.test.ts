import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLayout, openDataset } from '../../../src/loader/index.js';
import { THREE_JOINTS } from '../support/clips.js';
import { fixturePath } from '../support/fixture.js';
import { temporaryFolder } from '../support/recordings.js';

const open = (spec: string, split = 'train', more = {}) => openDataset(spec, { split, ...more });
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await temporaryFolder();
  for (const [name, from] of Object.entries(files)) {
    await mkdir(join(path, name, '..'), { recursive: true });
    await copyFile(fixturePath(from), join(path, name));
  }
  return path;
}

describe('npz files of CTR-GCN', () => {
  it('have the splits that their names stand for', async () => {
    const path = await folderOf({ 'NTU60_CS.npz': 'ctrgcn.npz', 'NTU60_CV.npz': 'ctrgcn-zip64.npz', 'other.npz': 'own.npz' });
    const dataset = await open(`ctrgcn:${path}`, 'xview/train');
    expect(dataset.splitSizes).toEqual({ 'xsub/train': 2, 'xsub/val': 1, 'xview/train': 2, 'xview/val': 1 });
    expect(dataset.items).toEqual([
      { id: 'xview/train-0', label: 0 },
      { id: 'xview/train-1', label: 59 },
    ]);
    expect(dataset.classes[59]).toBe('walking apart');
    expect((await dataset.read(1)).shape).toEqual({ M: 2, T: 3, V: 25, C: 3 });
    expect((await open(`ctrgcn:${path}`)).split).toBe('xsub/train');
  });

  it('of another name have train and val', async () => {
    const dataset = await open(`ctrgcn:${fixturePath('ctrgcn.npz')}`, 'test');
    expect(dataset).toMatchObject({ split: 'val', splitSizes: { train: 2, val: 1 } });
    expect(dataset.classes[0]).toBe('class 0');
  });

  it('of several data sets in one folder are refused', async () => {
    const path = await folderOf({ 'NTU60_CS.npz': 'ctrgcn.npz', 'NTU120_CSub.npz': 'ctrgcn.npz' });
    await expect(open(`ctrgcn:${path}`)).rejects.toMatchObject({ message: expect.stringContaining('several data sets') });
    const others = await folderOf({ 'a.npz': 'ctrgcn.npz', 'b.npz': 'ctrgcn.npz' });
    await expect(open(`ctrgcn:${others}`)).rejects.toMatchObject({ message: expect.stringContaining('a.npz, b.npz') });
  });
});

describe('npy files of ST-GCN', () => {
  it('go with their labels, and have the folders xsub and xview in the names of splits', async () => {
    const files = { 'data_joint.npy': 'stgcn-ntu.npy', 'label.pkl': 'stgcn-label.pkl' };
    const path = await folderOf(
      Object.fromEntries(
        ['xsub/train_', 'xsub/val_', 'xview/train_'].flatMap((at) =>
          Object.entries(files).map(([name, from]) => [at + name, from]),
        ),
      ),
    );
    const dataset = await open(`stgcn:${path}`);
    expect(dataset.splitSizes).toEqual({ 'xsub/train': 3, 'xsub/val': 3, 'xview/train': 3 });
    expect(dataset.items[1]).toEqual({
      id: 'xsub/train-1-S001C002P001R001A060',
      label: 59,
      subject: 'P001',
      view: 'C002',
      setup: 'S001',
    });
    expect((await dataset.read(2)).shape.T).toBe(2);
    expect((await open(`stgcn:${join(path, 'xview')}`)).split).toBe('xview/train');
  });

  it('that do not belong to their labels are refused', async () => {
    const path = await folderOf({ 'train_data.npy': 'stgcn-openpose.npy', 'train_label.pkl': 'stgcn-label.pkl' });
    await expect(open(`stgcn:${path}`)).rejects.toMatchObject({
      message: expect.stringContaining('labels 3 clips, train_data.npy has 1'),
    });
    const alone = await folderOf({ 'train_data.npy': 'stgcn-openpose.npy' });
    await expect(open(`stgcn:${alone}`)).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
  });
});

describe('annotations of PYSKL', () => {
  it('have their splits in our spelling', async () => {
    const dataset = await open(`pyskl:${fixturePath('pyskl-3d.pkl')}`);
    expect(dataset).toMatchObject({ split: 'xsub/train', splitSizes: { 'xsub/train': 2, 'xsub/val': 1, 'xview/train': 1 } });
    expect(dataset.items[0]).toMatchObject({ id: 'S001C001P001R001A001', subject: 'P001' });
    expect(dataset.layout.name).toBe('ntu');
    expect((await open(`pyskl:${fixturePath('pyskl-3d.pkl')}`, 'test')).split).toBe('xsub/val');
  });

  it('in 2-D have the joints of COCO', async () => {
    const dataset = await open(`pyskl:${fixturePath('pyskl-2d.pkl')}`);
    expect(dataset).toMatchObject({ split: 'split1/train', splitSizes: { 'split1/train': 1, 'split1/val': 1 } });
    expect(dataset.layout.name).toBe('coco-17');
    expect((await dataset.read(0)).keypoint[0]).toBe(10);
    expect((await open(`pyskl:${fixturePath('pyskl-list.pkl')}`)).splitSizes).toEqual({ train: 2 });
  });
});

describe("npz files of skelmix' own form", () => {
  it('have the splits, layout and facts that they state', async () => {
    const dataset = await open(`npz:${fixturePath('own.npz')}`);
    expect(dataset).toMatchObject({
      split: 'xsub/train',
      splitSizes: { 'xsub/train': 2, 'xsub/val': 1 },
      fps: 25,
      classes: ['sit', 'stand'],
    });
    expect(dataset.items).toEqual([
      { id: 'a', label: 1, subject: 'ann' },
      { id: 'c', label: 1, subject: 'ann' },
    ]);
    expect(dataset.layout.name).toBe('three');
    expect(await dataset.read(1)).toMatchObject({ id: 'c', shape: { M: 2, T: 2 }, fps: 25 });
  });

  it('in a folder are a split each, after their names', async () => {
    const layout = await loadLayout('kinect-v1');
    const path = await folderOf({ 'train.npz': 'own-least.npz', 'val.npz': 'own-least.npz' });
    const dataset = await open(`npz:${path}`, 'val', { layout });
    expect(dataset).toMatchObject({ splitSizes: { train: 1, val: 1 }, items: [{ id: 'val-0', label: 0 }] });
    expect((await dataset.read(0)).shape).toEqual({ M: 1, T: 4, V: 20, C: 3 });
  });

  it('without a layout ask for one', async () => {
    await expect(open(`npz:${fixturePath('own-least.npz')}`)).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: expect.stringContaining('give a layout file (--layout)'),
    });
    const dataset = await open(`npz:${fixturePath('own-least.npz')}`, 'train', { layout: THREE_JOINTS });
    await expect(dataset.read(0)).rejects.toMatchObject({ code: 'LAYOUT_MISMATCH' });
  });

  it('that share ids are refused', async () => {
    const path = await folderOf({ 'a.npz': 'own.npz', 'b.npz': 'own.npz' });
    await expect(open(`npz:${path}`)).rejects.toMatchObject({ message: expect.stringContaining('share ids') });
  });
});
