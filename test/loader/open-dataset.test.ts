import { expect, it } from 'vitest';
import { openDataset } from '../../src/loader/index.js';

it.each(['', 'ntu', 'utd-mhad', 'utd-mhad:', 'puppets:3'])('the spec "%s" is refused with the known forms', async (spec) => {
  await expect(openDataset(spec, { split: 'train' })).rejects.toMatchObject({
    name: 'ConfigError',
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/utd-mhad:PATH, puppet or puppet:CLIPS_PER_CLASS/),
  });
});

it('a data set can be opened again from its descriptor', async () => {
  const dataset = await openDataset('puppet:2', { split: 'val', seed: 4 });
  const { spec, ...options } = structuredClone(dataset.descriptor);
  const again = await openDataset(spec, options);
  expect(again.digest).toBe(dataset.digest);
  expect(await again.read(3)).toEqual(await dataset.read(3));
});
