import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clip } from '../../src/core/clip.js';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { Engine } from '../../src/engine/engine.js';
import type { ClipGenerator } from '../../src/generator/clip-generator.js';
import { parseClipId } from '../../src/generator/clip-id.js';
import { createClipGenerator } from '../../src/generator/create-clip-generator.js';
import { loadModel, type Model } from '../../src/generator/model/load-model.js';
import { logLikelihood } from '../../src/generator/networks/losses.js';
import { defaultSampling, parseSettings } from '../../src/generator/sampling-settings.js';
import { startGeneratorWorker } from '../../src/generator/start-generator-worker.js';
import { saveNetwork } from '../../src/generator/training/save-network.js';
import { trainDenoiser } from '../../src/generator/training/train-denoiser.js';
import { trainStTrans } from '../../src/generator/training/train-st-trans.js';
import { expectClose } from '../engine/agreement.js';
import { stickSubject, tinyTraining } from './support/tiny.js';

let engine: Engine;
let folder: string;
let model: Model;
const settings = { ...defaultSampling, steps: 3, classifierFreeScale: 1.5 };

beforeAll(async () => {
  engine = await createCpuEngine();
  folder = await mkdtemp(join(tmpdir(), 'skelmix-generator-'));
  const training = { ...tinyTraining, engine, steps: 2 };
  await saveNetwork(join(folder, 'bare'), stickSubject, await trainDenoiser(stickSubject, training), '');
  await saveNetwork(join(folder, 'stick'), stickSubject, await trainDenoiser(stickSubject, training), '');
  await saveNetwork(join(folder, 'stick'), stickSubject, await trainStTrans(stickSubject, { ...training, patch: 2 }), '');
  model = await loadModel(join(folder, 'stick'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const withGenerator = async <A>(
  options: Partial<Parameters<typeof createClipGenerator>[0]>,
  use: (generator: ClipGenerator) => Promise<A>,
): Promise<A> => {
  const generator = createClipGenerator({ model, engine, seed: 4, settings, groupSize: 3, ...options });
  try {
    return await use(generator);
  } finally {
    await generator.close();
  }
};

describe('createClipGenerator', () => {
  it('makes one clip a label in the canonical form, with an id that says how', async () => {
    const [clip] = await withGenerator({}, (generator) => generator.generate([1], 20));
    expect(clip).toMatchObject({ label: 1, layout: 'stick', shape: { M: 1, T: 8, V: 4, C: 3 }, fps: model.manifest.image.fps });
    const id = parseClipId(clip!.id)!;
    expect(id).toMatchObject({ model: `stick@${model.manifest.version}`, seed: 4, index: 20, label: 1 });
    expect(parseSettings(id.settings)).toEqual(settings);
    expect(clip!.keypoint.every(Number.isFinite)).toBe(true);
  });

  it('makes the same clip for the same index, whatever the group it is made in', async () => {
    const [whole, alone] = await withGenerator({}, async (generator) => [
      await generator.generate([0, 1, 1, 0, 1], 7),
      await generator.generate([1], 9),
    ]);
    expect(whole).toHaveLength(5);
    expect(alone![0]!.id).toBe(whole![2]!.id);
    for (const [i, value] of alone![0]!.keypoint.entries()) expect(value).toBeCloseTo(whole![2]!.keypoint[i]!, 5);
  });

  it('makes other clips for another index, seed or class', async () => {
    const key = (keypoint: Float32Array) => keypoint.slice(0, 30).join();
    const [a, b, c] = await withGenerator({}, (generator) => generator.generate([0, 0, 1], 0));
    const [d] = await withGenerator({ seed: 5 }, (generator) => generator.generate([0], 0));
    expect(new Set([a, b, c, d].map((clip) => key(clip!.keypoint))).size).toBe(4);
  });

  it('makes under other scales the very clips that a generator with those scales makes, and the usual ones before and after', async () => {
    const [before, strong, off, after] = await withGenerator({}, async (generator) => [
      await generator.generate([0, 1], 3),
      await generator.generate([0, 1], 3, undefined, { classifierFree: 3, classifier: 0.7 }),
      await generator.generate([0, 1], 3, undefined, { classifierFree: 1, classifier: 0 }),
      await generator.generate([0, 1], 3),
    ]);
    expect(after).toEqual(before);
    for (const [classifierFreeScale, classifierScale, made] of [[3, 0.7, strong] as const, [1, 0, off] as const]) {
      const own = { ...settings, classifierFreeScale, classifierScale };
      expect(made).toEqual(await withGenerator({ settings: own }, (generator) => generator.generate([0, 1], 3)));
      expect(parseSettings(parseClipId(made![0]!.id)!.settings)).toEqual(own);
    }
    await withGenerator({}, async (generator) => {
      const wrong = generator.generate([0], 0, undefined, { classifierFree: 21, classifier: 0 });
      await expect(wrong).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    });
  });

  it('steers: the guide finds every steered clip likelier to be of its class than the same clip unsteered', async () => {
    // An interval up to the last step, so that what the steering did is not denoised away by a net of two training steps.
    const plain = { ...settings, classifierFreeScale: 1, classifierScale: 0, interval: [0, 1] as const, projectBones: false };
    const off = await withGenerator({ settings: plain }, (generator) => generator.generate([0, 1, 0], 0));
    const on = await withGenerator({ settings: { ...plain, classifierScale: 2 } }, (generator) =>
      generator.generate([0, 1, 0], 0),
    );
    const { network, weights } = model.stTrans!;
    const { image } = model.manifest;
    const likelihood = await engine.compile(
      (tensors) => ({ value: logLikelihood(network.forward(tensors, tensors.x!), tensors.y!) }),
      { x: [3, image.numFrames, 12], y: [3, 2] },
      { constants: weights },
    );
    const of = async (clips: readonly Clip[]) => {
      const x = Float32Array.from(clips.flatMap(({ keypoint }) => [...keypoint].map((value) => value / image.scale)));
      return (await likelihood.run({ x, y: Float32Array.of(1, 0, 0, 1, 1, 0) })).value!;
    };
    const [before, after] = [await of(off), await of(on)];
    for (const [i, value] of after.entries()) expect(value).toBeGreaterThan(before[i]!);
    await likelihood.release();
  });

  it('puts sensor noise back on the same motion, as strong as the model says times the setting', async () => {
    const deviation = 0.01;
    const image = { ...model.manifest.image, noise: new Array(12).fill(deviation) as number[] };
    const noisy = { ...model, manifest: { ...model.manifest, image } };
    const of = async (sensorNoise: number) =>
      (
        await withGenerator({ model: noisy, settings: { ...settings, projectBones: false, sensorNoise } }, (generator) =>
          generator.generate([0, 1, 0, 1], 0),
        )
      ).flatMap(({ keypoint }) => [...keypoint]);
    const [none, once, twice] = [await of(0), await of(1), await of(2)];
    const differences = once.map((value, i) => (value - none[i]!) / image.scale);
    const spread = Math.sqrt(differences.reduce((sum, value) => sum + value ** 2, 0) / differences.length);
    expect(spread / deviation).toBeGreaterThan(0.85);
    expect(spread / deviation).toBeLessThan(1.15);
    for (const [i, value] of twice.entries()) expect(value - none[i]!).toBeCloseTo(2 * (once[i]! - none[i]!), 4);
  });

  it('spreads the scales of clips over clips, the same for the same clip in any group, and nothing where guidance is off', async () => {
    const spread = { ...settings, classifierFreeSpread: 1 };
    const made = (by: typeof settings, groupSize: number) =>
      withGenerator({ settings: by, groupSize }, (generator) => generator.generate([0, 1, 0, 1], 5));
    const [one, many, plain] = [
      await made(spread, 1),
      await made(spread, 4),
      await made({ ...settings, classifierFreeSpread: 0 }, 4),
    ];
    for (const [i, clip] of one.entries()) {
      expectClose(many[i]!.keypoint, clip.keypoint, `clip ${i}`);
      expect(clip.keypoint).not.toEqual(plain[i]!.keypoint);
    }
    const unguided = { ...settings, classifierFreeScale: 1, classifierScale: 0 };
    const [off, offSpread] = [await made(unguided, 4), await made({ ...unguided, classifierFreeSpread: 1 }, 4)];
    for (const [i, clip] of off.entries()) expect(offSpread[i]!.keypoint).toEqual(clip.keypoint);
  });

  it('gives bones one length where that is asked for', async () => {
    const [clip] = await withGenerator({ settings: { ...settings, projectBones: true } }, (generator) =>
      generator.generate([0], 0),
    );
    const length = (t: number) =>
      Math.hypot(...[0, 1, 2].map((c) => clip!.keypoint[(t * 4 + 1) * 3 + c]! - clip!.keypoint[t * 12 + c]!));
    for (let t = 1; t < 8; t++) expect(length(t)).toBeCloseTo(length(0), 5);
  });

  it('refuses a class that the model does not have, and settings out of range', async () => {
    await expect(withGenerator({}, (generator) => generator.generate([2], 0))).rejects.toThrow(
      /class 2 is not one of the 2 classes \(0 to 1\) of model stick@/,
    );
    expect(() => createClipGenerator({ model, engine, seed: 0, settings: { ...settings, steps: 0 } })).toThrow(
      /generator.steps is 0/,
    );
  });

  it('refuses to guide a model that has no ST-Trans', async () => {
    const bare = await loadModel(join(folder, 'bare'));
    expect(() => createClipGenerator({ model: bare, engine, seed: 0, settings })).toThrow(/no ST-Trans to guide with/);
    const clips = await withGenerator({ model: bare, settings: { ...settings, classifierScale: 0 } }, (generator) =>
      generator.generate([0], 0),
    );
    expect(clips).toHaveLength(1);
  });

  it('names the clip whose values are not finite', async () => {
    const weights = { ...model.denoiser.weights, 'frame.out.bias': { shape: [12], data: new Float32Array(12).fill(Number.NaN) } };
    const broken = { ...model, denoiser: { ...model.denoiser, weights } };
    await expect(withGenerator({ model: broken }, (generator) => generator.generate([0], 0))).rejects.toMatchObject({
      code: 'SAMPLE_NOT_FINITE',
      message: expect.stringMatching(/\/4\/0\/c0 \(class lift\)/),
    });
  });
});

describe('startGeneratorWorker', () => {
  const options = (name = 'stick') => ({
    model: join(folder, name),
    engine: 'cpu' as const,
    threads: undefined,
    seed: 4,
    settings,
    groupSize: 3,
  });

  it('makes in a worker what is made in this thread', async () => {
    const here = await withGenerator({}, (generator) => generator.generate([0, 1], 3));
    const worker = await startGeneratorWorker(options());
    expect(worker).toMatchObject({ engine: 'cpu', groupSize: 3, manifest: model.manifest });
    expect(await worker.generate([0, 1], 3)).toEqual(here);
    await worker.close();
  });

  it('makes the same clips in a worker on wasm, within rounding', async () => {
    const here = await withGenerator({}, (generator) => generator.generate([0, 1], 3));
    const worker = await startGeneratorWorker({ ...options(), engine: 'wasm' });
    expect(worker.engine).toBe('wasm');
    const there = await worker.generate([0, 1], 3);
    there.forEach((clip, i) => {
      expectClose(clip.keypoint, here[i]!.keypoint, clip.id, 1e-4);
    });
    await worker.close();
  });

  it('brings errors over with class and code, and goes on', async () => {
    const worker = await startGeneratorWorker(options());
    await expect(worker.generate([9], 0)).rejects.toMatchObject({ name: 'ConfigError', code: 'CONFIG_INVALID' });
    expect(await worker.generate([1], 0)).toHaveLength(1);
    await worker.close();
  });

  it('gives up an aborted call at once and serves the next one', async () => {
    const worker = await startGeneratorWorker(options());
    const controller = new AbortController();
    const aborted = worker.generate([0], 0, controller.signal);
    const next = worker.generate([1], 1);
    controller.abort(new Error('not needed'));
    await expect(aborted).rejects.toThrow('not needed');
    expect((await next)[0]!.label).toBe(1);
    await worker.close();
  });

  it('fails to start with the error of the model', async () => {
    await expect(startGeneratorWorker(options('nowhere'))).rejects.toMatchObject({ name: 'ModelError', code: 'MODEL_MISSING' });
  });

  it('rejects what is asked of it after it was closed', async () => {
    const worker = await startGeneratorWorker(options());
    await worker.close();
    await expect(worker.generate([0], 0)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });
});
