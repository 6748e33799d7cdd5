import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../src/config/index.js';
import type { Batch } from '../../src/core/batch.js';
import { silentLogger } from '../../src/core/logger.js';
import { defaultSampling } from '../../src/generator/index.js';
import { createLoader, generatorOptions, type Loader } from '../../src/service/index.js';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

const real = {
  data: TINY_DATA,
  seed: 5,
  mix: { ratio: 0 },
  batch: { size: 8 },
  profile: { numFrames: 16 },
  loader: { workers: 0 },
};

async function take(loader: Loader, count: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  const iterator = loader[Symbol.asyncIterator]();
  while (batches.length < count) batches.push((await iterator.next()).value!);
  return batches;
}

const workers = () => process.getActiveResourcesInfo().filter((name) => name === 'Worker' || name === 'MessagePort').length;

it('the defaults of the generator are those of the configuration', () => {
  expect(generatorOptions(parseConfig({}).config, 'm').settings).toEqual(defaultSampling);
  const paper = parseConfig({ generator: { sampler: 'ddpm' } }).config;
  expect(generatorOptions(paper, 'm').settings.steps).toBe(1000);
});

describe('a local loader of real samples', () => {
  it('yields batches of the profile and says what it is', async () => {
    await using loader = await createLoader(real);
    expect(loader.info).toMatchObject({
      dataset: 'puppet',
      simulated: true,
      split: 'train',
      // Ready for a ratio above 0, though nobody asks yet.
      model: expect.stringMatching(/^puppet@/),
      epochSize: 24,
      epochBatches: 3,
      seed: 5,
      batchShape: { N: 8, K: 1, C: 3, T: 16, V: 20, M: 1 },
    });
    const batches = await take(loader, 3);
    expect(batches.map(({ seq, epoch, step }) => [seq, epoch, step])).toEqual([0, 1, 2].map((k) => [k, 0, k]));
    // One epoch of real samples holds each clip once.
    expect(new Set(batches.flatMap(({ ids }) => ids)).size).toBe(24);
    expect(batches[0]!.x).toHaveLength(8 * 3 * 16 * 20);
    expect(batches.every(({ x }) => x.every(Number.isFinite))).toBe(true);
    expect(await loader.stats()).toMatchObject({ 'loader.clips': 24, 'mix.target': 0, 'mix.fresh': 0 });
  });

  it('gives the same batches for the same seed, with threads or without, and others for another', async () => {
    const ids = async (config: object): Promise<string[]> => {
      await using loader = await createLoader({ ...real, ...config });
      return (await take(loader, 4)).flatMap((batch) => batch.ids);
    };
    const first = await ids({});
    expect(await ids({ loader: { workers: 1 } })).toEqual(first);
    expect(await ids({ seed: 6 })).not.toEqual(first);
  });

  it('closes everything when the loop is left', async () => {
    const before = workers();
    const loader = await createLoader({ ...real, loader: { workers: 1 } });
    for await (const batch of loader) if (batch.seq === 1) break;
    expect(workers()).toBe(before);
    expect(await loader[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    await expect(loader.set('paused', true)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const loader = await createLoader(real, { signal: controller.signal });
    await take(loader, 1);
    controller.abort(new Error('enough'));
    await expect(loader[Symbol.asyncIterator]().next()).rejects.toThrow('enough');
    await loader.close();
    await expect(createLoader(real, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('tells the warnings of the configuration', async () => {
    const warn = vi.fn();
    const failing = createLoader(
      { ...real, mix: { ratio: 0.6 }, generator: { model: '/no/model' } },
      { logger: { ...silentLogger, warn } },
    );
    await expect(failing).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('mix.ratio is 0.6: above 0.5'), { code: 'CONFIG_DOUBTFUL' });
  });

  it.each([
    ['an evaluation split', { split: 'test' }, /split "val" is for evaluation/],
    ['a ratio that needs force', {}, /above 0\.75 .*--mix-force/],
  ])('refuses a live change against %s', async (_, config, message) => {
    await using loader = await createLoader({ ...real, ...config });
    await expect(loader.setRatio(0.8)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
    expect(loader.ratio).toBe(0);
  });

  it('refuses a live ratio of 1.4 with the range', async () => {
    await using loader = await createLoader(real);
    await expect(loader.setRatio(1.4)).rejects.toThrow(/ratio is 1\.4, but must be a number from 0/);
  });
});

/** Weights of the tiny data's classes: 1 for the named ones. */
const weightsOf = (...labels: number[]): number[] => Array.from({ length: 12 }, (_, label) => (labels.includes(label) ? 1 : 0));

describe('a local loader with a generator', () => {
  let tiny: Awaited<ReturnType<typeof tinyModel>>;
  beforeAll(async () => {
    tiny = await tinyModel();
  });
  afterAll(() => tiny?.remove());
  const mixed = (mix: object, model = tiny.folder) => ({
    ...real,
    mix,
    generator: { model, steps: 2, groupSize: 8 },
    engine: { threads: 1 },
  });

  it('mixes exactly, gives synthetic samples the shape of real ones, and can make each again from its id', async () => {
    await using loader = await createLoader(mixed({ ratio: 0.5 }));
    const batches = await take(loader, 12);
    let synthetic = 0;
    for (const [k, { mix, origin, ids, x, y }] of batches.entries()) {
      synthetic += mix.fresh + mix.replayed;
      expect(Math.abs(synthetic - (k + 1) * 4)).toBeLessThan(1);
      expect([...origin].filter((code) => code > 0)).toHaveLength(mix.fresh + mix.replayed);
      for (const [n, id] of ids.entries())
        if (origin[n]! > 0) expect(id).toMatch(new RegExp(`^synthetic/.*@[0-9a-f]{8}/dpmpp-2m_2_.*/5/\\d+/c${y[n]}$`));
      expect(x.every(Number.isFinite)).toBe(true);
    }
    expect(loader.info.model).toMatch(/@[0-9a-f]{8}$/);
    expect(await loader.stats()).toMatchObject({ 'generator.engine': 'onnx-cpu', 'mix.target': 0.5, 'mix.achieved': 0.5 });
  });

  it('starts at ratio 0 with real samples, and mixes when the ratio is raised', async () => {
    await using loader = await createLoader(mixed({ ratio: 0 }), { batchesAhead: 0 });
    const [first] = await take(loader, 1);
    expect(first!.mix).toEqual({ real: 8, fresh: 0, replayed: 0 });
    const change = await loader.setRatio(0.5);
    expect(change).toMatchObject({ rev: 1, key: 'ratio', value: 0.5, effectiveSeq: 1, by: 'local' });
    const [second] = await take(loader, 1);
    expect(second).toMatchObject({ rev: 1, ratio: { target: 0.5 }, mix: { real: 4 } });
  });

  it('weighs classes and follows a schedule, from the first batch and while it runs', async () => {
    const to = { kind: 'linear', from: 0, to: 0.5, over: 4, unit: 'batches' } as const;
    await using loader = await createLoader(mixed({ schedule: to, classWeights: weightsOf(1) }), { batchesAhead: 0 });
    const batches = await take(loader, 8);
    expect(batches.map(({ ratio }) => ratio.target)).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.5, 0.5, 0.5]);
    const labelsOf = (list: typeof batches) =>
      list.flatMap(({ y, origin }) => [...y].filter((_, n) => origin[n]! > 0)).sort((a, b) => a - b);
    expect(new Set(labelsOf(batches))).toEqual(new Set([1]));
    await loader.set('classWeights', weightsOf(0, 2));
    await loader.setRatio(0.5);
    expect(loader.settings).toMatchObject({ schedule: null, ratio: 0.5 });
    const later = labelsOf(await take(loader, 5));
    expect(later.filter((label) => label === 0)).toHaveLength(later.length / 2);
    await expect(loader.set('schedule', { ...to, to: 0.9 })).rejects.toThrow(/the schedule goes up to 0.9: above 0.75/);
    await expect(loader.set('classWeights', [1])).rejects.toThrow(/classWeights is \[1\], but must be null or a list of/);
  });

  it('guides clips made from now on by other scales, which their ids carry; not where the stream is strict', async () => {
    await using loader = await createLoader(mixed({ ratio: 0.5, policy: 'wait' }), { batchesAhead: 0 });
    const idsOf = async () => (await take(loader, 3)).flatMap(({ ids, origin }) => ids.filter((_, n) => origin[n]! > 0));
    expect((await idsOf()).every((id) => id.includes('_f2_c0.3_'))).toBe(true);
    expect(loader.settings).toMatchObject({ 'guidance.classifierFree': 2, 'guidance.classifier': 0.3 });
    await loader.set('guidance.classifierFree', 1);
    await loader.set('guidance.classifier', 0);
    let ids: string[] = [];
    while (!ids.some((id) => id.includes('_f1_c0_'))) ids = await idsOf();
    await expect(loader.set('guidance.classifier', 21)).rejects.toThrow(
      /guidance.classifier is 21, but must be a number from 0 to 20/,
    );

    await using strict = await createLoader(mixed({ ratio: 0.5, mode: 'strict' }));
    await expect(strict.set('guidance.classifier', 1)).rejects.toThrow(/mix.mode is strict/);
  });

  it('has a gate where its model has one: counted, live, and without it none of its settings', async () => {
    const without = await createLoader(mixed({ ratio: 0.5 }));
    await expect(without.set('gate.jitter', 0.1)).rejects.toThrow(/no quality gate/);
    expect(Object.keys(without.settings).filter((key) => key.startsWith('gate.'))).toEqual([]);
    await without.close();

    const gated = await tinyModel('train', { gate: true });
    try {
      const off = { likelihood: 0, bones: 0, jitter: 0, nearest: 0 };
      const config = { ...mixed({ ratio: 0.5, policy: 'wait' }, gated.folder), gate: off };
      await using loader = await createLoader(config, { batchesAhead: 0 });
      await take(loader, 2);
      expect(await loader.stats()).toMatchObject({ 'gate.rejected': 0, 'gate.rejectRate': 0 });
      const change = await loader.set('gate.bones', 0.5);
      expect(change).toMatchObject({ rev: 1, key: 'gate.bones', value: 0.5 });
      expect(loader.settings).toMatchObject({
        ratio: 0.5,
        paused: false,
        'gate.likelihood': 0,
        'gate.bones': 0.5,
        'gate.jitter': 0,
        'gate.nearest': 0,
      });
      // A model of two steps makes bodies of rubber: all its clips fail, are let through in the end, and the stream goes on.
      await take(loader, 16);
      const stats = await loader.stats();
      expect(stats['gate.rejected.bones']).toBeGreaterThan(0);
      expect(stats['gate.rejected']).toBe(stats['gate.rejected.bones']);
      expect(stats['gate.letThrough']).toBeGreaterThan(0);
      expect(stats['mix.fresh']).toBe(18 * 4);
      expect(Number(stats['generator.clips'])).toBe(
        Number(stats['gate.passed']) + Number(stats['gate.rejected']) + Number(stats['gate.letThrough']),
      );
    } finally {
      await gated.remove();
    }
  }, 60_000);

  it('refuses a model that can not be loaded where it is needed, and goes on without where it is not', async () => {
    const { cp, truncate, rm } = await import('node:fs/promises');
    const damaged = `${tiny.folder}-damaged`;
    await cp(tiny.folder, damaged, { recursive: true });
    try {
      await truncate(`${damaged}/denoiser.safetensors`, 100);
      await expect(createLoader(mixed({ ratio: 0.5 }, damaged))).rejects.toMatchObject({ name: 'ModelError' });
      const error = vi.fn();
      await using loader = await createLoader(mixed({ ratio: 0 }, damaged), { logger: { ...silentLogger, error } });
      expect((await take(loader, 1))[0]!.mix.real).toBe(8);
      await vi.waitFor(() => expect(error).toHaveBeenCalledTimes(1), { timeout: 30_000 });
      expect(error.mock.calls[0]![0]).toContain('the generator could not be started');
      expect(await loader.stats()).toMatchObject({ 'generator.engine': 'failed' });
    } finally {
      await rm(damaged, { recursive: true });
    }
  });
});
