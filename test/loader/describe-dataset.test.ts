import { expect, it } from 'vitest';
import { openDataset } from '../../src/loader/index.js';
import { recording, recordingsFolder } from './support/recordings.js';

it('a description counts clips, people, frames and values, and lists what is bad', async () => {
  const path = await recordingsFolder({
    a1_s1_t1: recording(4, (j, c) => (c === 1 && j === 3 ? -7 : j / 10)),
    a1_s3_t1: 6,
    a2_s3_t1: 9,
    a3_s3_t1: recording(5).subarray(0, 140),
    a2_s2_t1: 5,
  });
  const found = await (await openDataset(`utd-mhad:${path}`, { split: 'train' })).describe();
  expect(found).toMatchObject({
    name: 'utd-mhad',
    simulated: false,
    split: 'xsub/train',
    splits: [
      { name: 'xsub/train', clips: 4 },
      { name: 'xsub/val', clips: 1 },
    ],
    clips: 4,
    subjects: [
      { name: 's1', clips: 1 },
      { name: 's3', clips: 2 },
    ],
    frames: { total: 19, min: 4, median: 6, max: 9 },
    fps: 30,
    layout: 'utd-mhad',
    joints: 20,
    badClips: [{ id: 'a3_s3_t1', code: 'FORMAT_TRUNCATED' }],
  });
  expect(found.classes.slice(0, 3)).toEqual([
    { label: 0, name: 'swipe left', clips: 2 },
    { label: 1, name: 'swipe right', clips: 1 },
    { label: 2, name: 'wave', clips: 0 },
  ]);
  expect(found.range.map(({ axis, min, max }) => [axis, min, Math.round(max)])).toEqual([
    ['x', 0, 819],
    ['y', -7, 819],
    ['z', 0, 819],
  ]);
});
