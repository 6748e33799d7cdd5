import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, openDataset } from '../../../src/loader/index.js';
import { realData } from '../../support/real-data.js';
import { temporaryFolder } from '../support/recordings.js';
import { writeTar } from '../support/tar-writer.js';

const TAKES = ['s01s02/01/001', 's01s02/08/002', 's02s03/03/001'];
const frame = Buffer.from(`${Array.from({ length: 91 }, (_, i) => (i === 0 ? 1 : 0.5)).join(',')}\n`);

async function folderOf(takes: readonly string[]): Promise<string> {
  const path = await temporaryFolder();
  for (const take of takes) {
    await mkdir(join(path, 'SBU', take), { recursive: true });
    await writeFile(join(path, 'SBU', take, 'skeleton_pos.txt'), frame);
  }
  return path;
}
const open = (path: string, split = 'train') => openDataset(`sbu:${path}`, { split });

describe('SBU in a folder', () => {
  it('has five folds by pair, with class and pair from the path', async () => {
    const path = await folderOf(TAKES);
    const dataset = await open(path, 'fold1/val');
    expect(dataset.items).toEqual([
      { id: 's01s02-01-001', label: 0, subject: 's01s02' },
      { id: 's01s02-08-002', label: 7, subject: 's01s02' },
    ]);
    expect((await open(path)).split).toBe('fold1/train');
    expect((await open(path, 'fold2/val')).items.map(({ id }) => id)).toEqual(['s02s03-03-001']);
    expect((await open(path, 'fold5/val')).items).toEqual([]);
    expect((await dataset.read(1)).shape).toEqual({ M: 2, T: 1, V: 15, C: 3 });
  });

  it('is the same in an archive', async () => {
    const path = await folderOf(TAKES);
    const archive = join(path, 'SBU.tar.gz');
    await writeFile(archive, gzipSync(writeTar(TAKES.map((take) => ({ path: `./SBU/${take}/skeleton_pos.txt`, data: frame })))));
    const [folder, packed] = [await open(path), await open(archive)];
    expect(packed.digest).toBe(folder.digest);
    expect(packed.items).toEqual(folder.items);
    expect(await packed.read(0)).toEqual(await folder.read(0));
  });

  it.each([
    ['s01s02/09/001', 'the classes 01 to 08, the path says 09'],
    ['s01s05/01/001', '21 pairs of people, of which s01s05 is none'],
  ])('refuses %s', async (take, words) => {
    await expect(open(await folderOf([...TAKES, take]))).rejects.toMatchObject({ message: expect.stringContaining(words) });
  });
});

const real = realData('sbu-interaction');
describe.skipIf(!real)('with the real SBU data', () => {
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await open(real!);
  });

  it('has folds of 55, 52, 56, 54 and 65 test clips of 282', () => {
    const sizes = [1, 2, 3, 4, 5].map((fold) =>
      [`fold${fold}/train`, `fold${fold}/val`].map((split) => dataset.splitSizes[split]!),
    );
    expect(sizes.map(([, val]) => val)).toEqual([55, 52, 56, 54, 65]);
    expect(sizes.map(([train, val]) => train! + val!)).toEqual([282, 282, 282, 282, 282]);
  });

  it('reads all of them: 6,822 frames of two persons', async () => {
    const [a, b] = [await dataset.describe(), await (await open(real!, 'val')).describe()];
    expect([a.badClips, b.badClips]).toEqual([[], []]);
    expect(a.frames.total + b.frames.total).toBe(6822);
    expect(Math.min(a.frames.min, b.frames.min)).toBe(10);
    expect(Math.max(a.frames.max, b.frames.max)).toBe(46);
    expect(a.classes.map(({ clips, label }) => clips + b.classes[label]!.clips)).toEqual([42, 43, 40, 41, 18, 21, 39, 38]);
  });

  it('has bodies of human size, upright, whose bones keep their length to 3 % on average', async () => {
    const { layout } = dataset;
    const spreads: number[] = [];
    for await (const { keypoint, shape } of dataset.clips()) {
      for (let m = 0; m < 2; m++)
        for (const [v, parent] of layout.parents.entries()) {
          if (parent < 0) continue;
          const lengths = Array.from({ length: shape.T }, (_, t) => {
            const at = (m * shape.T + t) * 15;
            return Math.hypot(...[0, 1, 2].map((c) => keypoint[(at + v) * 3 + c]! - keypoint[(at + parent) * 3 + c]!));
          });
          const mean = lengths.reduce((sum, length) => sum + length, 0) / shape.T;
          const variance = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / shape.T;
          spreads.push(Math.sqrt(variance) / mean);
        }
      const [head, foot] = [layout.joints.indexOf('head'), layout.joints.indexOf('left_foot')];
      const height = keypoint[head * 3 + 1]! - keypoint[foot * 3 + 1]!;
      expect(height).toBeGreaterThan(0.8);
      expect(height).toBeLessThan(2);
    }
    expect(spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length).toBeLessThan(0.03);
  });
});
