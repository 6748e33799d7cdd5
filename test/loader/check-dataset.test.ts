import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { silentLogger } from '../../src/core/logger.js';
import { checkDataset, openDataset } from '../../src/loader/index.js';
import { createProfile } from '../../src/loader/profiles/create-profile.js';
import { createRealSource } from '../../src/loader/real-source.js';
import { fixturePath } from './support/fixture.js';
import { ntuText } from './support/ntu-text.js';
import { recording, recordingsFolder, temporaryFolder } from './support/recordings.js';

const good = () => recordingsFolder({ a1_s1_t1: 4, a1_s2_t1: 6, a2_s1_t1: 1 });

it('counts the clips of all splits and classes, and names what is odd', async () => {
  const path = await good();
  const report = await checkDataset(path);
  expect(report).toMatchObject({
    spec: `utd-mhad:${path}`,
    files: 3,
    clips: 3,
    frames: { total: 11, min: 1, median: 4, max: 6 },
    persons: [{ persons: 1, clips: 3 }],
    splits: [
      { name: 'xsub/train', clips: 2 },
      { name: 'xsub/val', clips: 1 },
    ],
    bad: [],
    flaws: [{ id: 'a2_s1_t1', flaw: 'a single frame' }],
  });
  expect(report.classes[0]).toEqual({ label: 0, name: 'swipe left', clips: 2, splits: { 'xsub/train': 1, 'xsub/val': 1 } });
});

it('lists every bad file with its reason in one pass, names that are none among them', async () => {
  const path = await recordingsFolder({
    ...{ a1_s1_t1: 4, a28_s1_t1: 4 },
    a1_s3_t1: recording(5).subarray(0, 150),
    a2_s4_t1: recording(3, () => 0),
    a3_s4_t1: recording(3, () => Number.NaN),
  });
  const { bad, clips, files } = await checkDataset(`utd-mhad:${path}`);
  expect([clips, files]).toEqual([1, 5]);
  expect(bad.map(({ id, code }) => [id, code])).toEqual([
    ['a28_s1_t1', 'FORMAT_UNSUPPORTED'],
    ['a1_s3_t1', 'FORMAT_TRUNCATED'],
    ['a2_s4_t1', 'CLIP_EMPTY'],
    ['a3_s4_t1', 'CLIP_NOT_FINITE'],
  ]);
  for (const { id, message } of bad) expect(message).toContain(id);
});

it('finds out what lies at a path', async () => {
  for (const [file, name] of [
    ['ctrgcn.npz', 'ctrgcn'],
    ['own.npz', 'npz'],
    ['pyskl-3d.pkl', 'pyskl'],
  ] as const)
    expect((await checkDataset(fixturePath(file))).name).toBe(name);
  const jhmdb = await temporaryFolder();
  await copyFile(fixturePath('jhmdb.pkl'), join(jhmdb, 'GT_train_1.pkl'));
  expect((await checkDataset(jhmdb)).name).toBe('jhmdb');

  const body = ntuText(2, [{ id: '1', first: 0, last: 1, place: (t, v) => [t, v + 1, 3] }]);
  const ntu = await temporaryFolder();
  await writeFile(join(ntu, 'S001C001P001R001A001.skeleton'), body);
  expect((await checkDataset(ntu)).name).toBe('ntu60');
  await writeFile(join(ntu, 'S018C001P001R001A100.skeleton'), body);
  expect((await checkDataset(ntu)).name).toBe('ntu120');
});

it('tells what is wrong with a path that is nothing, several things, or damaged', async () => {
  const empty = await temporaryFolder();
  await expect(checkDataset(empty)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/no data set that is known: give NAME:PATH, where NAME is one of bandai-namco, ctrgcn/),
  });
  const two = await good();
  await mkdir(join(two, 's01s02/01/001'), { recursive: true });
  await writeFile(join(two, 's01s02/01/001/skeleton_pos.txt'), '');
  await expect(checkDataset(two)).rejects.toMatchObject({ message: expect.stringContaining('one of sbu, utd-mhad') });
  await expect(checkDataset('/nowhere')).rejects.toMatchObject({ code: 'DATA_PATH_MISSING' });
});

it('an odd clip is used with one warning, in training and in a stream', async () => {
  const path = await good();
  const warn = vi.fn();
  const options = { split: 'train', logger: { ...silentLogger, warn } };
  const dataset = await openDataset(`utd-mhad:${path}`, options);
  const ids: string[] = [];
  for await (const { id } of dataset.clips()) ids.push(id);
  expect(ids).toEqual(['a1_s1_t1', 'a2_s1_t1']);
  const words = 'clip a2_s1_t1 is used, although it has a single frame';
  expect(warn.mock.calls.map(([text]) => text)).toEqual([words]);

  warn.mockClear();
  const profile = createProfile({ args: { window_size: 8, num_person: 1 }, layout: dataset.layout });
  const source = await createRealSource(dataset, { profile, seed: 1, workers: 0, logger: options.logger });
  for (let k = 0; k < 6; k++) await source.read(k, 'main');
  expect(warn.mock.calls.map(([text]) => text)).toEqual([words]);
  expect(source.stats()).toMatchObject({ 'loader.flawedClips': 1, 'loader.badClips': 0 });
  await source.close();
});
