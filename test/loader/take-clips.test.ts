import { describe, expect, it } from 'vitest';
import { createProfile, createRealSource, openDataset } from '../../src/loader/index.js';
import { recordingsFolder } from './support/recordings.js';

const open = (clipsPerClass: number | undefined, seed = 0) =>
  openDataset('puppet:6', {
    split: 'train',
    ...(clipsPerClass === undefined ? {} : { subset: { clipsPerClass, seed } }),
  });

describe('a data set of some clips of each class', () => {
  it('has these clips only, in their order, and says which they are', async () => {
    const [whole, part] = [await open(undefined), await open(2, 7)];
    expect(part.items).toHaveLength(24);
    expect(part.subset).toEqual({ clipsPerClass: 2, seed: 7 });
    expect(whole.subset).toBeUndefined();
    const ids: string[] = [];
    for await (const clip of part.clips()) ids.push(clip.id);
    expect(ids).toEqual(part.items.map(({ id }) => id));
    expect(whole.items.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
    const at = whole.items.findIndex(({ id }) => id === ids[5]);
    expect(await part.read(5)).toEqual(await whole.read(at));
    const { clips, splits, classes } = await part.describe();
    expect(clips).toBe(24);
    expect(classes.every((found) => found.clips === 2)).toBe(true);
    expect(splits).toEqual((await whole.describe()).splits);
  });

  it('has a digest of its own for each choice, and that of the whole where nothing is left out', async () => {
    const digests = await Promise.all([open(undefined), open(1), open(2), open(2, 1)].map(async (data) => (await data).digest));
    expect(new Set(digests).size).toBe(4);
    for (const count of [6, 100]) expect((await open(count)).digest).toBe(digests[0]);
  });

  it('is the same when it is opened from its descriptor, as a worker does', async () => {
    const part = await open(2, 3);
    const { spec, ...options } = structuredClone(part.descriptor);
    const again = await openDataset(spec, options);
    expect([again.digest, again.items]).toEqual([part.digest, part.items]);
    const source = await createRealSource(part, {
      profile: createProfile({ args: { window_size: 8, num_person: 1 }, layout: part.layout }),
      seed: 1,
      workers: 1,
    });
    const ids: string[] = [];
    for (let k = 0; k < 24; k++) ids.push((await source.read(k, 'main')).id);
    await source.close();
    expect(ids.sort()).toEqual(part.items.map(({ id }) => id).sort());
  });

  it('leaves bad clips to the policy that it was opened with', async () => {
    const path = await recordingsFolder({ a1_s1_t1: 5, a1_s3_t1: new Uint8Array(40), a2_s1_t1: 5 });
    const subset = { clipsPerClass: 2, seed: 0 };
    const part = await openDataset(`utd-mhad:${path}`, { split: 'train', subset, onError: 'skip' });
    const ids: string[] = [];
    for await (const clip of part.clips()) ids.push(clip.id);
    expect(ids).toEqual(['a1_s1_t1', 'a2_s1_t1']);
    const strict = await openDataset(`utd-mhad:${path}`, { split: 'train', subset });
    const readAll = async () => {
      for await (const _ of strict.clips());
    };
    await expect(readAll()).rejects.toMatchObject({ name: 'DataError' });
  });
});
