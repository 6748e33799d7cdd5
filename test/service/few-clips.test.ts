import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../src/config/index.js';
import type { Batch } from '../../src/core/batch.js';
import { silentLogger } from '../../src/core/logger.js';
import { readManifest } from '../../src/generator/index.js';
import { createLoader, openConfiguredDataset, openModelData, readSources } from '../../src/service/index.js';
import { runInProcess } from '../support/run-in-process.js';

const DATA = 'puppet:4';
let folder = '';
let model = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skelmix-few-'));
  model = join(folder, 'few');
  const shape = ['--width', '8', '--blocks', '1', '--heads', '1', '--frames', '16', '--batch-size', '4', '--threads', '1'];
  for (const network of ['denoiser', 'st-trans']) {
    const { code, stderr } = await runInProcess(
      [
        'train',
        network,
        '--data',
        DATA,
        '--clips-per-class',
        '2',
        '--subset-seed',
        '3',
        '--out',
        model,
        '--steps',
        '2',
        ...shape,
      ],
      { cwd: folder },
    );
    expect(stderr).toContain('at most 2 clips of a class (subset 3)');
    expect(code).toBe(0);
  }
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const few = { data: DATA, clipsPerClass: 2, subsetSeed: 3 };
const open = (input: object) => openConfiguredDataset(parseConfig(input).config, silentLogger);
const streamed = (input: object) => ({
  mix: { ratio: 0.5, policy: 'wait' as const },
  batch: { size: 8 },
  profile: { numFrames: 16 },
  loader: { workers: 0 },
  generator: { model, steps: 4, groupSize: 8, variation: 0.5 },
  engine: { threads: 1 },
  ...input,
});

async function take(input: object, count: number): Promise<Batch[]> {
  await using loader = await createLoader(streamed(input));
  const batches: Batch[] = [];
  for await (const batch of loader) if (batches.push(batch) === count) break;
  return batches;
}

describe('a training with some clips of each class', () => {
  it('keeps in the manifest how many, which, and how to choose them again', async () => {
    const { dataset, networks } = await readManifest(model);
    const { digest, items } = await open(few);
    expect(dataset).toMatchObject({ split: 'train', clipsPerClass: 2, subsetSeed: 3, digest, clips: items.length });
    expect(networks.denoiser!.training.command).toContain('--clips-per-class 2 --subset-seed 3');
    // Few clips are varied more.
    expect(networks.denoiser!.training.yaw).toBeGreaterThan(0.25);
    expect((await runInProcess(['inspect', model])).stdout).toContain('24 clips (at most 2 of a class, subset 3)');
  });

  it('refuses to put networks of other clips into the same model', async () => {
    const { code, stderr } = await runInProcess(
      ['train', 'denoiser', '--data', DATA, '--clips-per-class', '3', '--out', model, '--steps', '1', '--frames', '16'].concat([
        '--width',
        '8',
        '--blocks',
        '1',
        '--heads',
        '1',
        '--batch-size',
        '4',
        '--threads',
        '1',
      ]),
      { cwd: folder },
    );
    expect([code, stderr]).toEqual([4, expect.stringContaining('MODEL_MISMATCH')]);
  });

  it('is evaluated with the very clips of its training, without their being named', async () => {
    const { code, stdout, stderr } = await runInProcess(
      ['evaluate', '--model', model, '--data', DATA, '--json', '--settings', 'dpmpp-2m_4_f2_c0.3_0.3..0.75_b1_v0.5'].concat([
        '--evaluator-steps',
        '2',
        '--recognizer-steps',
        '0',
        '--repetitions',
        '2',
        '--samples',
        '12',
        '--threads',
        '1',
      ]),
      { cwd: folder, env: { XDG_CACHE_HOME: folder } },
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('at most 2 clips of a class (subset 3)')]);
    const { rows, judges } = JSON.parse(stdout);
    expect(rows.map(({ clips }: { clips: number }) => clips).slice(0, 2)).toEqual([24, 24]);
    expect(rows[2].settings).toMatch(/_v0\.5$/);
    // The judge has all of its split.
    expect(judges[0].dataset).toMatchObject({ split: 'val', clips: 24 });
  }, 60_000);

  it('makes variations of these clips only', async () => {
    const generate = (...args: string[]) =>
      runInProcess(
        [
          'generate',
          '--model',
          model,
          '--out',
          'few.npz',
          '--generator-steps',
          '2',
          '--generator-variation',
          '0.5',
          ...args,
        ].concat(['--threads', '1']),
        { cwd: folder },
      );
    expect(await generate('--data', DATA)).toMatchObject({ code: 0, stdout: 'few.npz\n' });
    expect(await generate('--data', 'puppet:5')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('has another choice of training clips than the data'),
    });
    expect(await generate()).toMatchObject({ code: 2, stderr: expect.stringContaining('data is missing') });
  }, 30_000);
});

describe('a stream of some clips of each class', () => {
  it('gives these as real samples, and variations of them as synthetic ones', async () => {
    const batches = await take(few, 6);
    const ids = batches.flatMap((batch) => batch.ids);
    const { items } = await open(few);
    const known = new Set(items.map(({ id }) => id));
    const real = ids.filter((id) => !id.startsWith('synthetic/'));
    expect(real).toHaveLength(24);
    expect(new Set(real)).toEqual(known);
    for (const id of ids.filter((id) => id.startsWith('synthetic/'))) expect(id).toMatch(/_v0\.5_s1\/0\/\d+\/c\d+$/);
  }, 30_000);

  it('refuses a model of other clips, which knows what was left out', async () => {
    await expect(createLoader(streamed({ ...few, subsetSeed: 4 }))).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(
        /clipsPerClass 2, subsetSeed 3, digest \w+\), the stream has a subset \(clipsPerClass 2, subsetSeed 4, digest \w+\)/,
      ),
    });
  });

  it('refuses to vary where the data are more than what the model was trained on', async () => {
    const error = vi.fn();
    await expect(createLoader(streamed({ data: DATA }), { logger: { ...silentLogger, error } })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(/generator\.variation varies the clips that model few was trained on .* 2 of each class/),
    });
    expect(error).toHaveBeenCalledOnce();
  });

  it('is left whole where the split is for evaluation', async () => {
    const whole = await open({ data: DATA, split: 'val' });
    expect((await open({ ...few, split: 'val' })).digest).toBe(whole.digest);
  });
});

describe('readSources', () => {
  it('reads the clips of the model, a bounded number of each class', async () => {
    const manifest = await readManifest(model);
    const { config } = parseConfig({ data: DATA });
    const dataset = await openModelData(config, manifest, model, silentLogger);
    const { ids, labels, images } = await readSources(config, dataset, manifest, silentLogger);
    expect(ids).toEqual(dataset.items.map(({ id }) => id));
    expect(labels).toEqual(dataset.items.map(({ label }) => label));
    expect(images).toHaveLength(24);
  });

  it('ends when it is told to', async () => {
    const manifest = await readManifest(model);
    const { config } = parseConfig({ data: DATA });
    const dataset = await openModelData(config, manifest, model, silentLogger);
    const stopped = AbortSignal.abort(new Error('closed'));
    await expect(readSources(config, dataset, manifest, silentLogger, stopped)).rejects.toThrow('closed');
  });

  it('is ended by closing the stream, in silence', async () => {
    const error = vi.fn();
    const input = { ...streamed(few), mix: { ratio: 0 } };
    const loader = await createLoader(input, { logger: { ...silentLogger, error } });
    await loader.close();
    expect(error).not.toHaveBeenCalled();
  });
});
