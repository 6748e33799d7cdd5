import { describe, expect, it, onTestFinished } from 'vitest';
import { type ConfigInput, parseConfig } from '../../src/config/index.js';
import { silentLogger } from '../../src/core/logger.js';
import type { Sample } from '../../src/core/sample.js';
import { ORIGIN_CODES } from '../../src/core/sample.js';
import { createProfile, openDataset } from '../../src/loader/index.js';
import { type OpenStreams, openStreams } from '../../src/service/open-streams.js';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

const real: ConfigInput = {
  data: TINY_DATA,
  seed: 5,
  mix: { ratio: 0 },
  batch: { size: 8 },
  profile: { numFrames: 16 },
  loader: { workers: 0 },
};

async function open(input: ConfigInput = real): Promise<OpenStreams> {
  const streams = await openStreams(parseConfig(input).config, silentLogger);
  onTestFinished(() => streams.close());
  return streams;
}

/** SkateFormer's samples, all of which take over the bones and the way of another clip of their class. */
const ADOPTING = {
  name: 'skateformer-ntu',
  args: { window_size: 16, thres: 16, partition: false, intra_p: 0, inter_p: 1, num_person: 1 },
};

/** The places of the root joint in every frame of the real clips, by class. */
async function realRoots(): Promise<Map<number, Set<string>>> {
  const dataset = await openDataset(TINY_DATA, { split: 'train', seed: 5 });
  const profile = createProfile({ ...ADOPTING, layout: dataset.layout });
  const roots = new Map<number, Set<string>>();
  for await (const clip of dataset.clips()) {
    const { x, shape, label } = profile.prepare(clip);
    const own = roots.get(label) ?? new Set();
    for (let t = 0; t < shape.T; t++) own.add(rootAt(x, shape, t, dataset.layout.centre));
    roots.set(label, own);
  }
  return roots;
}

const rootAt = (x: Float32Array, { T, V, M }: { T: number; V: number; M: number }, t: number, root: number): string =>
  [0, 1, 2].map((c) => x[((c * T + t) * V + root) * M]).join();

const ROTATED = { profile: { name: 'ctrgcn-ntu60', args: { window_size: 16 } } };

describe('streams on one data set', () => {
  it('have a profile each, and the same clips behind them', async () => {
    const streams = await open();
    const { source, items } = await streams.open(ROTATED);
    const [plain, rotated] = [await streams.main.next(), await source!.next()];
    expect(streams.main.info.profile.name).toBe('plain');
    expect(source!.info).toMatchObject({
      profile: { name: 'ctrgcn-ntu60', phase: 'train', args: { window_size: 16, p_interval: [0.5, 1], random_rot: true } },
      fields: ['x', 'y', 'index'],
      axes: 'CTVM',
      batchShape: { N: 8, K: 1, C: 3, T: 16, V: 20, M: 2 },
    });
    expect(rotated.ids).toEqual(plain.ids);
    expect(rotated.x.length).toBe(2 * plain.x.length);
    expect(source!.info.configHash).not.toBe(streams.main.info.configHash);
    expect(items.names).toHaveLength(items.size);
  });

  it('give by index what the stream gives for the clip in that epoch, and something else in the next', async () => {
    const streams = await open();
    const { source, items } = await streams.open(ROTATED);
    const batch = await source!.next();
    const length = batch.x.length / 8;
    const index = items.names.indexOf(batch.ids[3]!);
    const sample = (await items.read(index, 0)) as Sample;
    expect(sample.x).toEqual(batch.x.slice(3 * length, 4 * length));
    expect(((await items.read(index, 0)) as Sample).x).toEqual(sample.x);
    expect(((await items.read(index, 1)) as Sample).x).not.toEqual(sample.x);
    expect([sample.label, sample.origin]).toEqual([items.labels[index], 'real']);
    expect(() => items.read(items.size, 0)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('are purely real and the same each time on a split for evaluation', async () => {
    const streams = await open();
    const { source, items } = await streams.open({ ...ROTATED, split: 'test' });
    expect(source).toBeNull();
    expect(items.info).toMatchObject({
      split: 'val',
      model: null,
      profile: { phase: 'test', args: { p_interval: [0.95], random_rot: false } },
    });
    const [first, later] = [(await items.read(2, 0)) as Sample, (await items.read(2, 7)) as Sample];
    expect(later.x).toEqual(first.x);
    expect(first.origin).toBe('real');
    expect(streams.splits).toMatchObject({ val: items.size });
  });

  it('begin with the live settings of the main one, and follow their own from then on', async () => {
    const { folder: model, remove } = await tinyModel();
    onTestFinished(remove);
    const streams = await open({ ...real, mix: { ratio: 0.25 }, generator: { model } });
    streams.main.set('ratio', 0.5, 'test');
    const { source } = await streams.open(ROTATED);
    expect(source!.settings.ratio).toBe(0.5);
    const [mine, theirs] = [await streams.main.next(), await source!.next()];
    expect(theirs.mix).toMatchObject({ real: 4 });
    // Every stream has synthetic clips of its own.
    const synthetic = (batch: typeof mine) => batch.ids.filter((_, i) => batch.origin[i] !== 0);
    expect(synthetic(mine).filter((id) => synthetic(theirs).includes(id))).toEqual([]);
  });

  it.each([['live'], ['strict']] as const)('lend synthetic clips the bones of real ones of their class (%s)', async (mode) => {
    const { folder: model, remove } = await tinyModel();
    onTestFinished(remove);
    const streams = await open({
      ...real,
      profile: ADOPTING,
      mix: mode === 'strict' ? { ratio: 0.5, mode, policy: 'wait' } : { ratio: 0.5, mode },
      generator: { model },
    });
    const roots = await realRoots();
    const { layout, batchShape } = streams.main.info;
    let [adopted, own] = [0, 0];
    for (let k = 0; k < 3; k++) {
      const batch = await streams.main.next();
      const length = batch.x.length / 8;
      for (const [i, origin] of batch.origin.entries()) {
        if (origin === ORIGIN_CODES.real) continue;
        const x = batch.x.subarray(i * length, (i + 1) * length);
        const isReal = roots.get(batch.y[i]!)!.has(rootAt(x, batchShape, 3, layout.centre));
        if (isReal) adopted++;
        else own++;
      }
    }
    expect(adopted + own).toBe(12);
    // A stream that is not to be repeated does not wait for a clip to be read.
    if (mode === 'strict') expect(own).toBe(0);
    else expect(adopted).toBeGreaterThan(0);
  });

  it('share what is prepared, and close it when nobody uses it any more', async () => {
    const streams = await open();
    const [one, two] = [await streams.open(ROTATED), await streams.open(ROTATED)];
    await one.items.read(0, 0);
    expect(two.items.read(0, 0)).not.toBeInstanceOf(Promise);
    await Promise.all([one.close(), one.close()]);
    expect(two.items.read(0, 0)).not.toBeInstanceOf(Promise);
    await two.close();
    await expect(two.items.read(1, 0)).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(streams.main.next()).resolves.toBeDefined();
  });

  it.each([
    [{ profile: { name: 'no-such' } }, 'profile.name'],
    [{ profile: { name: 'ctrgcn-ntu60', args: { windowsize: 64 } } }, 'profile.args.windowsize'],
    [{ profile: { name: 'ctrgcn-ntu60', args: { window_size: 0 } } }, 'profile.args.window_size'],
    [{ profile: { name: 'pyskl-2d' } }, 'profile'],
    [{ split: 'xview/train' }, 'split'],
  ])('refuse %j by its field', async (request, field) => {
    const streams = await open();
    await expect(streams.open(request)).rejects.toMatchObject({ name: 'ConfigError', details: { field } });
    // And what was opened on the way is closed again.
    expect((await streams.main.next()).seq).toBe(0);
  });

  it('are no more opened on a closed data set', async () => {
    const streams = await open();
    const { source } = await streams.open(ROTATED);
    await streams.close();
    await expect(streams.open(ROTATED)).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(source!.next()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
