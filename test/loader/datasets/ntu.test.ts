import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src/core/logger.js';
import { NTU_CLASSES } from '../../../src/loader/datasets/ntu-classes.js';
import { NTU_MISSING } from '../../../src/loader/datasets/ntu-missing.js';
import { parseNtuName } from '../../../src/loader/datasets/ntu-split.js';
import { openDataset } from '../../../src/loader/index.js';
import { ntuText } from '../support/ntu-text.js';
import { temporaryFolder } from '../support/recordings.js';
import { writeZip } from '../support/zip-writer.js';

const body = ntuText(2, [{ id: '1', first: 0, last: 1, place: (t, v) => [t, v, 3] }]);
const NAMES = [
  ...['S001C001P001R001A001', 'S001C002P003R002A060', 'S017C003P038R001A010'],
  // Incomplete; NTU RGB+D 120 only.
  ...['S001C002P005R002A008', 'S018C001P045R001A061', 'S019C002P042R002A120'],
];

async function folder(names = NAMES): Promise<string> {
  const path = await temporaryFolder();
  await mkdir(join(path, 'nturgb+d_skeletons'));
  for (const name of names) await writeFile(join(path, 'nturgb+d_skeletons', `${name}.skeleton`), body);
  return path;
}
const open = (spec: string, split = 'train', more = {}) => openDataset(spec, { split, ...more });

describe('the names of NTU RGB+D', () => {
  it('tell setup, camera, person, repetition and action', () => {
    expect(parseNtuName('S017C003P038R001A010')).toEqual({ setup: 17, camera: 3, person: 38, repetition: 1, action: 10 });
    expect(parseNtuName('S17C003P038R001A010')).toBeUndefined();
  });

  it('of 302 and 535 incomplete recordings are known, and of 120 classes', () => {
    expect(NTU_MISSING.size).toBe(535);
    expect([...NTU_MISSING].filter((name) => parseNtuName(name)!.setup <= 17)).toHaveLength(302);
    expect(new Set(NTU_CLASSES).size).toBe(120);
  });
});

describe('NTU RGB+D in a folder', () => {
  it('has the splits of its 60 classes, without the incomplete recordings', async () => {
    const info = vi.fn();
    const dataset = await open(`ntu60:${await folder()}`, 'xview/train', { logger: { ...silentLogger, info } });
    expect(dataset.splitSizes).toEqual({ 'xsub/train': 2, 'xsub/val': 1, 'xview/train': 2, 'xview/val': 1 });
    expect(dataset.items.map(({ id }) => id)).toEqual(['S001C002P003R002A060', 'S017C003P038R001A010']);
    expect(dataset.items[0]).toMatchObject({ label: 59, subject: 'P003', view: 'C002', setup: 'S001' });
    expect((await dataset.read(0)).shape).toEqual({ M: 1, T: 2, V: 25, C: 3 });
    expect(info.mock.calls.map(([words]) => words)).toEqual([
      expect.stringContaining('1 clips of ntu60 are left out: they are on the list'),
      expect.stringContaining('2 clips of ntu60 are left out: their actions are those of NTU RGB+D 120'),
    ]);
  });

  it('has the splits of its 120 classes', async () => {
    const dataset = await open(`ntu120:${await folder()}`);
    expect(dataset.classes).toHaveLength(120);
    expect(dataset.splitSizes).toEqual({ 'xsub/train': 3, 'xsub/val': 2, 'xset/train': 1, 'xset/val': 4 });
    expect((await open(`ntu120:${await folder()}`, 'xset/train')).items.map(({ id }) => id)).toEqual(['S018C001P045R001A061']);
  });

  it('may lie in a zip archive', async () => {
    const path = join(await temporaryFolder(), 'nturgbd_skeletons_s001_to_s017.zip');
    await writeFile(
      path,
      writeZip(NAMES.map((name) => ({ name: `nturgb+d_skeletons/${name}.skeleton`, data: Buffer.from(body) }))),
    );
    const dataset = await open(`ntu60:${path}`);
    expect(dataset.splitSizes['xsub/train']).toBe(2);
    expect((await dataset.read(1)).shape.T).toBe(2);
    expect(dataset.digest).toBe((await open(`ntu60:${await folder()}`)).digest);
  });
});
