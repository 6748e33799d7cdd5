import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '../../src/core/logger.js';
import type { Origin, Prepared, Sample, SampleKey } from '../../src/core/sample.js';
import {
  createProfile,
  createRealSource,
  type Dataset,
  type LoaderSource,
  openDataset,
  type RealSourceOptions,
} from '../../src/loader/index.js';
import { recording, recordingsFolder } from './support/recordings.js';

const NUM_FRAMES = 8;
/** What one sample of the profile counts for. */
const SAMPLE_BYTES = 4 * 3 * NUM_FRAMES * 20 + 512;

async function openSource(dataset: Dataset, options: Partial<RealSourceOptions> = {}): Promise<LoaderSource> {
  const profile = createProfile({ args: { window_size: NUM_FRAMES, num_person: 1 }, layout: dataset.layout });
  const source = await createRealSource(dataset, { profile, seed: 1, workers: 0, ...options });
  onTestFinished(() => source.close());
  return source;
}

/** 24 short recordings: 4 actions, 3 people, 2 trials. */
async function small(): Promise<Dataset> {
  const names = [1, 2, 3, 4].flatMap((a) => [1, 3, 5].flatMap((s) => [1, 2].map((t) => `a${a}_s${s}_t${t}`)));
  return openDataset(`utd-mhad:${await recordingsFolder(names)}`, { split: 'train' });
}
const idsOf = async (source: LoaderSource, count: number, cycle: 'main' | 'substitute' = 'main'): Promise<string[]> => {
  const ids: string[] = [];
  for (let k = 0; k < count; k++) ids.push((await source.read(k, cycle)).id);
  return ids;
};
const stat = (source: LoaderSource, name: string): number => source.stats()[`loader.${name}`] as number;

describe('a source of real samples', () => {
  it('gives each clip once in a round, in the order of the seed', async () => {
    const dataset = await small();
    const ids = await idsOf(await openSource(dataset), dataset.items.length);
    expect([...ids].sort()).toEqual(dataset.items.map(({ id }) => id).sort());
    expect(await idsOf(await openSource(dataset), 10)).toEqual(ids.slice(0, 10));
    expect(await idsOf(await openSource(dataset, { seed: 2 }), 10)).not.toEqual(ids.slice(0, 10));
    expect(await idsOf(await openSource(dataset), 10, 'substitute')).not.toEqual(ids.slice(0, 10));
  });

  it('applies the profile', async () => {
    const dataset = await small();
    const profile = createProfile({ args: { window_size: NUM_FRAMES, num_person: 1 }, layout: dataset.layout });
    const sample = await (await openSource(dataset)).read(4, 'main');
    const index = dataset.items.findIndex(({ id }) => id === sample.id);
    expect(sample).toEqual(profile.finish(profile.prepare(await dataset.read(index)), { seed: 1, round: 0 }, 'real'));
  });

  it('knows its size and the shares of the classes', async () => {
    const source = await openSource(
      await openDataset(`utd-mhad:${await recordingsFolder(['a1_s1_t1', 'a1_s3_t1', 'a3_s1_t1', 'a1_s5_t1'])}`, {
        split: 'train',
      }),
    );
    expect(source.size).toBe(4);
    expect(source.classShares).toHaveLength(27);
    expect(source.classShares.slice(0, 3)).toEqual([0.75, 0, 0.25]);
  });

  it('draws anew in each round, the same for the same seed, and otherwise for substitutes', async () => {
    const dataset = await small();
    const profile = createProfile({ name: 'ctrgcn-ntu60', args: { window_size: 8 }, layout: dataset.layout });
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => openSource(dataset, { profile, seed })));
    const size = dataset.items.length;
    const first = await one!.read(5, 'main');
    const index = dataset.items.findIndex(({ id }) => id === first.id);
    const x = async (source: LoaderSource, round: number): Promise<Float32Array> => (await source.readItem(index, round)).x;
    expect(await x(same!, 0)).toEqual(first.x);
    expect(await x(same!, 1)).not.toEqual(first.x);
    expect(await x(other!, 0)).not.toEqual(first.x);
    for (let k = 0; k < size; k++) {
      const substitute = await one!.read(k, 'substitute');
      if (substitute.id === first.id) expect(substitute.x).not.toEqual(first.x);
    }
    await expect(Promise.resolve(one!.readItem(index, 0))).resolves.toEqual(first);
  });

  it('brings a clip of the same class to a profile that asks for one', async () => {
    const dataset = await small();
    const plain = createProfile({ args: { window_size: NUM_FRAMES, num_person: 1 }, layout: dataset.layout });
    const asked: (string | undefined)[] = [];
    const profile = {
      ...plain,
      partnerOf: (_prepared: Prepared, { round }: SampleKey) => (round === 9 ? undefined : 0.99),
      finish(prepared: Prepared, key: SampleKey, origin: Origin, partner?: Prepared) {
        asked.push(partner && `${partner.label === prepared.label} ${partner.id}`);
        return plain.finish(prepared, key, origin);
      },
    };
    const source = await openSource(dataset, { profile });
    const sample = await source.readItem(0, 0);
    const last = dataset.items.findLast(({ label }) => label === sample.label)!;
    // The second time it is in memory.
    await source.readItem(0, 0);
    expect(source.readItem(0, 9)).not.toBeInstanceOf(Promise);
    expect(asked).toEqual([`true ${last.id}`, `true ${last.id}`, undefined]);
  });

  it('gives partners by class and place, at once only those in memory', async () => {
    const dataset = await small();
    const plain = createProfile({ args: { window_size: NUM_FRAMES, num_person: 1 }, layout: dataset.layout });
    const source = await openSource(dataset, { profile: { ...plain, partnerOf: () => 0 } });
    const { label } = dataset.items[0]!;
    const own = dataset.items.filter((item) => item.label === label);
    expect(own.length).toBeGreaterThan(1);
    expect(source.partnerAtHand(label, 0)).toBeUndefined();
    expect(await source.partner(label, 0)).toMatchObject({ id: own[0]!.id, label });
    // The wanted one is read for later, another one stands in for it.
    expect(source.partnerAtHand(label, 0.999)?.id).toBe(own[0]!.id);
    await vi.waitFor(() => expect(source.partnerAtHand(label, 0.999)?.id).toBe(own.at(-1)!.id));
    const empty = dataset.classes.findIndex((_, at) => dataset.items.every((item) => item.label !== at));
    expect(source.partner(empty, 0.5)).toBeUndefined();
    expect(source.partnerAtHand(empty, 0.5)).toBeUndefined();
    const without = await openSource(dataset);
    expect(without.partner(label, 0)).toBeUndefined();
  });

  it('answers at once, with the very sample, when it is in memory', async () => {
    const source = await openSource(await small());
    const sample = await source.read(0, 'main');
    expect(source.read(0, 'main')).toEqual(sample);
    expect(stat(source, 'hits')).toBe(1);
  });

  it('reads ahead, so that what comes next is in memory', async () => {
    const source = await openSource(await small(), { readAhead: 6 });
    await source.read(0, 'main');
    await vi.waitFor(() => expect(stat(source, 'pending')).toBe(0));
    expect(stat(source, 'cachedSamples')).toBe(7);
    for (let k = 1; k <= 6; k++) expect(source.read(k, 'main')).not.toBeInstanceOf(Promise);
    await vi.waitFor(() => expect(stat(source, 'pending')).toBe(0));
  });

  it('starts reading ahead anew after a jump', async () => {
    const source = await openSource(await small(), { readAhead: 4, cacheBytes: 10 * SAMPLE_BYTES });
    for (const k of [0, 500, 3]) {
      await source.read(k, 'main');
      await vi.waitFor(() => expect(stat(source, 'pending')).toBe(0));
      for (let next = 1; next <= 2; next++) expect(source.read(k + next, 'main')).not.toBeInstanceOf(Promise);
      await vi.waitFor(() => expect(stat(source, 'pending')).toBe(0));
    }
  });

  it('keeps no more than the bound in memory, and reads ahead half of it', async () => {
    const dataset = await small();
    const source = await openSource(dataset, { cacheBytes: 8.5 * SAMPLE_BYTES });
    let most = 0;
    for (let k = 0; k < 3 * dataset.items.length; k++) {
      await source.read(k, 'main');
      expect(stat(source, 'pending')).toBeLessThanOrEqual(8);
      most = Math.max(most, stat(source, 'cachedBytes'));
    }
    expect(most).toBe(8 * SAMPLE_BYTES);
  });

  it('works without any memory', async () => {
    const dataset = await small();
    const source = await openSource(dataset, { cacheBytes: 0 });
    expect(await idsOf(source, 5)).toEqual(await idsOf(await openSource(dataset), 5));
    expect(stat(source, 'cachedBytes')).toBe(0);
  });

  it('refuses a profile of another layout and a data set without clips', async () => {
    const dataset = await small();
    const profile = createProfile({ args: { window_size: 4, num_person: 1 }, layout: { ...dataset.layout, name: 'other' } });
    await expect(createRealSource(dataset, { profile, seed: 1 })).rejects.toMatchObject({ code: 'LAYOUT_MISMATCH' });
    await expect(openSource({ ...dataset, items: [] })).rejects.toMatchObject({ code: 'CLIP_EMPTY' });
  });

  it('refuses to read once it is closed', async () => {
    const source = await openSource(await small());
    const reading = source.read(0, 'main');
    await source.close();
    await expect(reading).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(source.read(1, 'main')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('bad clips in a source', () => {
  const NAMES = ['a1_s1_t1', 'a1_s1_t2', 'a1_s1_t3', 'a2_s1_t1', 'a2_s1_t2', 'a2_s1_t3', 'a3_s1_t1', 'a3_s1_t2'];
  const damaged = async (...bad: readonly string[]): Promise<Dataset> => {
    const files = Object.fromEntries(NAMES.map((name) => [name, bad.includes(name) ? recording(5).subarray(0, 200) : 5]));
    return openDataset(`utd-mhad:${await recordingsFolder(files)}`, { split: 'train' });
  };

  it('stop the stream where it meets them, by default, every time', async () => {
    const source = await openSource(await damaged('a2_s1_t1'));
    const outcomes = async (): Promise<string[]> => {
      const all = await Promise.allSettled(NAMES.map((_, k) => Promise.resolve(source.read(k, 'main'))));
      return all.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.id : outcome.reason.code));
    };
    const first = await outcomes();
    expect(first.filter((outcome) => outcome === 'FORMAT_TRUNCATED')).toHaveLength(1);
    expect(await outcomes()).toEqual(first);
  });

  it('give their place to the next good clip, are counted and logged once', async () => {
    const warn = vi.fn();
    const options = { onError: 'skip', maxBadClips: 2, logger: { ...silentLogger, warn } } as const;
    const good = await idsOf(await openSource(await damaged()), 16);
    const source = await openSource(await damaged('a2_s1_t1', 'a3_s1_t2'), options);
    const next = (k: number): string => {
      const round = k - (k % 8);
      for (let i = 0; ; i++) {
        const id = good[round + ((k - round + i) % 8)]!;
        if (id !== 'a2_s1_t1' && id !== 'a3_s1_t2') return id;
      }
    };
    expect(await idsOf(source, 16)).toEqual(good.map((_, k) => next(k)));
    expect(stat(source, 'badClips')).toBe(2);
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('are too many above the cap', async () => {
    const source = await openSource(await damaged('a2_s1_t1', 'a3_s1_t2'), { onError: 'skip', maxBadClips: 1 });
    await expect(idsOf(source, 8)).rejects.toMatchObject({ code: 'TOO_MANY_BAD_FILES' });
  });

  it('do not make an endless search where all are bad', async () => {
    const source = await openSource(await damaged(...NAMES), { onError: 'skip', maxBadClips: 100 });
    await expect(Promise.resolve(source.read(0, 'main'))).rejects.toMatchObject({ code: 'TOO_MANY_BAD_FILES' });
  });
});

describe('a source with worker threads', () => {
  it('gives the same samples as without', async () => {
    const dataset = await small();
    const [inline, threaded] = [await openSource(dataset), await openSource(dataset, { workers: 2 })];
    for (let k = 0; k < dataset.items.length; k++) expect(await threaded.read(k, 'main')).toEqual(await inline.read(k, 'main'));
    expect(stat(threaded, 'workers')).toBe(2);
  });

  it("passes a worker's error on with class, code and details", async () => {
    const path = await recordingsFolder({ a1_s1_t1: recording(5, (j, _, t) => (j === 3 && t === 4 ? Number.NaN : 1)) });
    const source = await openSource(await openDataset(`utd-mhad:${path}`, { split: 'train' }), { workers: 1 });
    await expect(source.read(0, 'main') as Promise<Sample>).rejects.toMatchObject({
      name: 'DataError',
      code: 'CLIP_NOT_FINITE',
      exitCode: 3,
      details: { joint: 'hip_center', frame: 4 },
    });
  });

  it('tells when the data has gone before a worker opened it', async () => {
    const path = await recordingsFolder(['a1_s1_t1', 'a1_s3_t1']);
    const dataset = await openDataset(`utd-mhad:${path}`, { split: 'train' });
    const source = await openSource(dataset, { workers: 1 });
    await rm(path, { recursive: true });
    await expect(source.read(0, 'main') as Promise<Sample>).rejects.toMatchObject({ code: 'DATA_PATH_MISSING' });
  });

  it('notices that files were added since', async () => {
    const path = await recordingsFolder(['a2_s1_t1']);
    const dataset = await openDataset(`utd-mhad:${path}`, { split: 'train' });
    const source = await openSource(dataset, { workers: 1 });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(path, 'a1_s1_t1_skeleton.mat'), recording(5));
    await expect(source.read(0, 'main') as Promise<Sample>).rejects.toMatchObject({
      code: 'DATA_PATH_MISSING',
      message: expect.stringContaining('start again'),
    });
  });

  it('ends its reads when it is closed in the middle', async () => {
    const source = await openSource(await small(), { workers: 1 });
    const reading = source.read(0, 'main') as Promise<Sample>;
    await source.close();
    await expect(reading).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
