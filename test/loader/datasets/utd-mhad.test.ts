import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src/core/logger.js';
import { loadLayout, openDataset } from '../../../src/loader/index.js';
import { THREE_JOINTS } from '../support/clips.js';
import { recording, recordingsFolder, temporaryFolder } from '../support/recordings.js';
import { writeTar } from '../support/tar-writer.js';

const NAMES = ['a10_s1_t1', 'a2_s3_t1', 'a2_s1_t2', 'a2_s1_t10', 'a2_s2_t1', 'a27_s4_t1'];
const open = (path: string, split = 'xsub/train', more = {}) => openDataset(`utd-mhad:${path}`, { split, ...more });
const ids = async (path: string, split?: string) => (await open(path, split)).items.map(({ id }) => id);

describe('UTD-MHAD in a folder', () => {
  it('lists odd subjects for training and even ones for validation, in the order of the numbers', async () => {
    const path = await recordingsFolder(NAMES);
    expect(await ids(path)).toEqual(['a2_s1_t2', 'a2_s1_t10', 'a2_s3_t1', 'a10_s1_t1']);
    expect(await ids(path, 'xsub/val')).toEqual(['a2_s2_t1', 'a27_s4_t1']);
  });

  it('has classes, labels and subjects from the file names', async () => {
    const dataset = await open(await recordingsFolder(NAMES));
    expect(dataset.items[0]).toEqual({ id: 'a2_s1_t2', label: 1, subject: 's1' });
    expect(dataset.classes).toHaveLength(27);
    expect([dataset.classes[1], dataset.classes[26]]).toEqual(['swipe right', 'squat']);
    expect(dataset).toMatchObject({
      name: 'utd-mhad',
      simulated: false,
      fps: 30,
      splitSizes: { 'xsub/train': 4, 'xsub/val': 2 },
    });
  });

  it('reads clips by index', async () => {
    const dataset = await open(await recordingsFolder({ a1_s1_t1: 4, a1_s3_t1: 6 }));
    expect(await dataset.read(1)).toMatchObject({ id: 'a1_s3_t1', label: 0, shape: { T: 6, V: 20 } });
  });

  it.each([
    ['train', 'xsub/train'],
    ['val', 'xsub/val'],
    ['test', 'xsub/val'],
  ])('takes %s for %s', async (alias, split) => {
    expect((await open(await recordingsFolder(NAMES), alias)).split).toBe(split);
  });

  it('refuses an unknown split with the known ones', async () => {
    await expect(open(await recordingsFolder(NAMES), 'xview/train')).rejects.toMatchObject({
      code: 'SPLIT_UNKNOWN',
      message: expect.stringMatching(/"xview\/train".*xsub\/train.*xsub\/val/),
    });
  });
});

describe('the place of UTD-MHAD', () => {
  it('may be a folder above, or an archive, with the same digest', async () => {
    const path = await recordingsFolder(NAMES);
    const { digest } = await open(path);
    const above = await temporaryFolder();
    await rename(path, join(above, 'Skeleton'));
    expect((await open(above)).digest).toBe(digest);

    const archive = join(await temporaryFolder(), 'Skeleton.tar.gz');
    const tar = writeTar(NAMES.map((name) => ({ path: `Skeleton/${name}_skeleton.mat`, data: recording(5) })));
    await writeFile(archive, gzipSync(tar));
    const packed = await open(archive);
    expect(packed.digest).toBe(digest);
    expect((await packed.read(0)).keypoint).toEqual((await (await open(above)).read(0)).keypoint);
    expect(await ids(join(archive, '..'))).toEqual(packed.items.map(({ id }) => id));
  });

  it('that is missing is named, with what to give', async () => {
    await expect(open('/nowhere/Skeleton')).rejects.toMatchObject({
      code: 'DATA_PATH_MISSING',
      message: expect.stringMatching(/\/nowhere\/Skeleton: give the folder "Skeleton"/),
    });
  });

  it('without recordings is refused with what lies there', async () => {
    const path = await temporaryFolder();
    await expect(open(path)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('it is empty'),
    });
    await writeFile(join(path, 'notes.txt'), '');
    await mkdir(join(path, 'Depth'));
    await expect(open(path)).rejects.toMatchObject({ message: expect.stringContaining('it holds Depth, notes.txt') });
    await expect(open(join(path, 'notes.txt'))).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('neither a folder nor a .tar.gz'),
    });
  });

  it('with an action that UTD-MHAD does not have is refused', async () => {
    await expect(open(await recordingsFolder(['a28_s1_t1']))).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringMatching(/a28_s1_t1_skeleton.mat: .* 1 to 27, the name says 28/),
    });
  });
});

describe('the digest of UTD-MHAD', () => {
  it('depends on the split, and on the names and sizes of its files', async () => {
    const digest = async (names: Record<string, number>, split = 'train') =>
      (await open(await recordingsFolder(names), split)).digest;
    const whole = await digest({ a1_s1_t1: 5, a1_s3_t1: 5, a1_s2_t1: 5 });
    expect(await digest({ a1_s1_t1: 5, a1_s3_t1: 5, a1_s4_t1: 9 })).toBe(whole);
    const others = [
      await digest({ a1_s1_t1: 5, a1_s3_t1: 5, a1_s2_t1: 5 }, 'val'),
      await digest({ a1_s1_t1: 5, a1_s3_t2: 5 }),
      await digest({ a1_s1_t1: 5, a1_s3_t1: 90 }),
      await digest({ a1_s1_t1: 5 }),
    ];
    expect(new Set([whole, ...others]).size).toBe(5);
  });
});

describe('the layout of UTD-MHAD', () => {
  it("may be one's own, with other names for the 20 joints", async () => {
    const layout = { ...(await loadLayout('utd-mhad')), name: 'mine' };
    const dataset = await open(await recordingsFolder(NAMES), 'train', { layout });
    expect(dataset.layout).toBe(layout);
    expect((await dataset.read(0)).layout).toBe('mine');
  });

  it('must be in 3-D', async () => {
    const layout = { ...THREE_JOINTS, channels: 2 as const };
    await expect(open(await recordingsFolder(NAMES), 'train', { layout })).rejects.toMatchObject({ code: 'LAYOUT_MISMATCH' });
  });
});

describe('all clips of a data set', () => {
  const damaged = { a1_s1_t1: 5, a1_s3_t1: recording(5).subarray(0, 150), a1_s5_t1: 5 };
  const all = async (path: string, more: object): Promise<string[]> => {
    const found: string[] = [];
    for await (const { id } of (await open(path, 'train', more)).clips()) found.push(id);
    return found;
  };

  it('stop at a bad file by default', async () => {
    await expect(all(await recordingsFolder(damaged), {})).rejects.toMatchObject({
      code: 'FORMAT_TRUNCATED',
      message: expect.stringContaining('a1_s3_t1_skeleton.mat'),
    });
  });

  it('leave a bad file out where that is wanted', async () => {
    const warn = vi.fn();
    const found = await all(await recordingsFolder(damaged), { onError: 'skip', logger: { ...silentLogger, warn } });
    expect(found).toEqual(['a1_s1_t1', 'a1_s5_t1']);
    expect(warn).toHaveBeenCalledOnce();
  });

  it('name a file that has gone', async () => {
    const path = await recordingsFolder(['a1_s1_t1']);
    const dataset = await open(path);
    await rm(join(path, 'a1_s1_t1_skeleton.mat'));
    await expect(dataset.read(0)).rejects.toMatchObject({
      code: 'DATA_PATH_MISSING',
      message: expect.stringContaining('a1_s1_t1_skeleton.mat'),
    });
  });
});
