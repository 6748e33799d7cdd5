import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { createCpuEngine } from '../../../src/engine/cpu.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createEstimate } from '../../../src/generator/diffusion/estimate.js';
import { loadModel } from '../../../src/generator/model/load-model.js';
import { readManifest } from '../../../src/generator/model/manifest.js';
import { fitImageSpec } from '../../../src/generator/representation.js';
import { learningRateAt } from '../../../src/generator/training/optimizer.js';
import type { Progress } from '../../../src/generator/training/run-training.js';
import { saveNetwork } from '../../../src/generator/training/save-network.js';
import { trainDenoiser } from '../../../src/generator/training/train-denoiser.js';
import { trainDistilled } from '../../../src/generator/training/train-distilled.js';
import { trainStTrans } from '../../../src/generator/training/train-st-trans.js';
import { createTrainingImages, defaultAugmentation, drawBatch } from '../../../src/generator/training/training-images.js';
import { stick, stickSubject, tinyTraining } from '../support/tiny.js';

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await createCpuEngine();
  folder = await mkdtemp(join(tmpdir(), 'skelmix-training-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});
const settings = () => ({ ...tinyTraining, engine });

describe('trainStTrans', () => {
  it('learns two motions: the loss falls well below that of guessing', async () => {
    const losses: Progress[] = [];
    await trainStTrans(stickSubject, {
      ...settings(),
      patch: 2,
      labelSmoothing: 0,
      learningRate: 1e-2,
      steps: 180,
      onProgress: (progress) => losses.push(progress),
    });
    expect(losses).toHaveLength(180);
    expect(losses.at(-1)).toMatchObject({ step: 180, steps: 180, etaMs: 0 });
    expect(losses.at(-1)!.loss).toBeLessThan(0.35);
  }, 60_000);
});

describe('trainDenoiser', () => {
  it('learns: the loss falls well below its start', async () => {
    const losses: number[] = [];
    await trainDenoiser(stickSubject, { ...settings(), steps: 250, onProgress: ({ loss }) => losses.push(loss) });
    expect(losses.at(-1)!).toBeLessThan(0.65 * losses[0]!);
  }, 60_000);

  it('gives the same weights bit for bit when it is cut and resumed', async () => {
    const checkpoint = join(folder, 'cut.checkpoint');
    const whole = await trainDenoiser(stickSubject, { ...settings(), steps: 6 });
    const controller = new AbortController();
    const cut = trainDenoiser(stickSubject, {
      ...settings(),
      steps: 6,
      checkpoint,
      signal: controller.signal,
      onProgress: ({ step }) => step === 3 && controller.abort(new Error('cut')),
    });
    await expect(cut).rejects.toThrow('cut');
    const steps: number[] = [];
    const resumed = await trainDenoiser(stickSubject, {
      ...settings(),
      steps: 6,
      checkpoint,
      resume: true,
      onProgress: ({ step }) => steps.push(step),
    });
    expect(steps).toEqual([4, 5, 6]);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.training.finalLoss).toBeCloseTo(whole.training.finalLoss as number, 5);
    const done = await trainDenoiser(stickSubject, { ...settings(), steps: 6, checkpoint, resume: true });
    expect(done).toEqual(resumed);
  }, 60_000);

  it('refuses the checkpoint of another training, naming both', async () => {
    const checkpoint = join(folder, 'cut.checkpoint');
    await expect(trainDenoiser(stickSubject, { ...settings(), steps: 7, checkpoint, resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
    });
  });

  it('refuses a cut checkpoint', async () => {
    const checkpoint = join(folder, 'short.checkpoint');
    await writeFile(checkpoint, 'abc');
    await expect(trainDenoiser(stickSubject, { ...settings(), steps: 6, checkpoint, resume: true })).rejects.toThrow(
      /short.checkpoint: 3 bytes/,
    );
  });

  it('stops at a loss that is not finite, naming the step', async () => {
    await expect(trainDenoiser(stickSubject, { ...settings(), learningRate: 1e30, steps: 5 })).rejects.toMatchObject({
      code: 'SAMPLE_NOT_FINITE',
      message: expect.stringMatching(/denoiser training step: the loss of step \d is (NaN|Infinity)/),
    });
  });

  it('has nothing to learn from no clips', async () => {
    await expect(trainDenoiser({ ...stickSubject, clips: [] }, { ...settings(), steps: 3 })).rejects.toMatchObject({
      code: 'CLIP_EMPTY',
    });
  });
});

describe('saveNetwork and loadModel', () => {
  it('keep both networks of one training set together, and tell versions apart', async () => {
    const out = join(folder, 'stick-model');
    const denoiser = await trainDenoiser(stickSubject, { ...settings(), steps: 1 });
    const first = await saveNetwork(out, stickSubject, denoiser, 'skelmix train denoiser');
    expect((await loadModel(out)).stTrans).toBeUndefined();
    const stTrans = await trainStTrans(stickSubject, { ...settings(), patch: 2, steps: 1 });
    const second = await saveNetwork(out, stickSubject, stTrans, 'skelmix train st-trans');
    expect(second.version).not.toBe(first.version);
    expect(second.name).toBe('stick-model');
    const model = await loadModel(out);
    expect(model.manifest).toEqual(second);
    expect(model.denoiser.weights).toEqual(denoiser.weights);
    expect(model.stTrans!.weights).toEqual(stTrans.weights);
    expect(Object.keys(model.manifest.networks)).toEqual(['denoiser', 'st-trans']);
  });

  it('refuse to put a network of other clips into the folder', async () => {
    const other = { ...stickSubject, dataset: { ...stickSubject.dataset, digest: 'other' } };
    const network = await trainDenoiser(other, { ...settings(), steps: 1 });
    await expect(saveNetwork(join(folder, 'stick-model'), other, network, '')).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
  });

  it('say what is missing: a folder, a manifest that is none, a tensor, a shape', async () => {
    await expect(loadModel(join(folder, 'nowhere'))).rejects.toThrow(/there is no model at .*nowhere.*skelmix train all/);
    const out = join(folder, 'broken');
    const network = await trainDenoiser(stickSubject, { ...settings(), steps: 1 });
    const { 'frame.in.bias': _, ...rest } = network.weights;
    await saveNetwork(out, stickSubject, { ...network, weights: rest }, '');
    await expect(loadModel(out)).rejects.toThrow(/lacks tensor "frame.in.bias" of shape \[8\]/);
    await saveNetwork(
      out,
      stickSubject,
      { ...network, weights: { ...network.weights, 'frame.in.bias': { shape: [2], data: new Float32Array(2) } } },
      '',
    );
    await expect(loadModel(out)).rejects.toThrow(/"frame.in.bias" has shape \[2\], the manifest's architecture wants \[8\]/);
    await writeFile(join(out, 'manifest.json'), '{"format": 2}');
    await expect(readManifest(out)).rejects.toThrow(/manifest.json: format/);
    expect(existsSync(join(out, 'denoiser.safetensors'))).toBe(true);
  });
});

describe('drawBatch', () => {
  const set = createTrainingImages(stickSubject.clips, stick, 2, fitImageSpec(stickSubject.clips, stick, 12));

  it('is a pure function of seed and step', () => {
    expect(drawBatch(set, 5, 1, 9, defaultAugmentation)).toEqual(drawBatch(set, 5, 1, 9, defaultAugmentation));
    expect(drawBatch(set, 5, 1, 10, defaultAugmentation).x0).not.toEqual(drawBatch(set, 5, 1, 9, defaultAugmentation).x0);
  });

  it('gives the images themselves where nothing is varied, with their classes', () => {
    const { x0, y, labels } = drawBatch(set, 6, 0, 0, { yaw: 0, scale: 0, crop: 0 });
    for (let b = 0; b < 6; b++) {
      const image = x0.slice(b * 144, (b + 1) * 144);
      const found = set.images.findIndex((other) => other.every((value, i) => Math.abs(value - image[i]!) < 1e-6));
      expect(set.labels[found]).toBe(labels[b]);
      expect([...y.subarray(2 * b, 2 * b + 2)]).toEqual(labels[b] === 0 ? [1, 0] : [0, 1]);
    }
  });

  it('turns about the vertical axis: heights and distances stay', () => {
    const { x0 } = drawBatch(set, 1, 0, 3, { yaw: 1, scale: 0, crop: 0 });
    const image = set.images.find((other) => Math.abs(other[4]! - x0[4]!) < 1e-6)!;
    for (let i = 0; i < 144; i += 3) {
      expect(x0[i + 1]).toBeCloseTo(image[i + 1]!, 5);
      expect(Math.hypot(x0[i]!, x0[i + 2]!)).toBeCloseTo(Math.hypot(image[i]!, image[i + 2]!), 5);
    }
  });
});

describe('learningRateAt', () => {
  it('warms up in a line, then falls by half a cosine to zero', () => {
    expect(learningRateAt(0, 1000, 1)).toBeCloseTo(0.01, 4);
    expect(learningRateAt(99, 1000, 1)).toBeGreaterThan(0.95);
    expect(learningRateAt(500, 1000, 1)).toBeCloseTo(0.5, 4);
    expect(learningRateAt(1000, 1000, 1)).toBeCloseTo(0, 10);
  });
});

describe('trainDistilled', () => {
  it('teaches one pass to give what two passes of the teacher give, at any scale it was taught', async () => {
    const path = join(folder, 'teacher');
    await saveNetwork(path, stickSubject, await trainDenoiser(stickSubject, { ...settings(), steps: 150 }), '');
    const teacher = await loadModel(path);
    const student = await trainDistilled(stickSubject, {
      engine,
      seed: 1,
      batchSize: 4,
      model: teacher,
      maxScale: 3,
      steps: 300,
      learningRate: 4e-3,
    });
    expect(student.training).toMatchObject({ maxScale: 3, teacher: teacher.manifest.version, teacherSteps: 150 });
    await saveNetwork(path, stickSubject, student, '');
    const taught = await loadModel(path);
    expect(taught.denoiser.maxScale).toBe(3);

    const images = createTrainingImages(stickSubject.clips, stick, 2, teacher.manifest.image);
    const { x0, y } = drawBatch(images, 4, 9, 0, defaultAugmentation);
    const random = keyedRandom('x');
    const x = x0.map((value) => Math.SQRT1_2 * (value + random.normal()));
    const estimateOf = async (model: typeof teacher, classifierFreeScale: number) => {
      const estimate = createEstimate(model, { classifierFreeScale, classifierFreeSpread: 0, autoguidanceScale: 1 });
      const compiled = await engine.compile(
        (tensors) => ({ x0Hat: estimate.x0Hat(tensors, tensors as never) }),
        { x: [4, 8, 12], y: [4, 2], t: [1], scale: [4] },
        { constants: estimate.weights },
      );
      const { x0Hat } = await compiled.run({
        x,
        y,
        t: Float32Array.of(0.5),
        scale: new Float32Array(4).fill(classifierFreeScale),
      });
      await compiled.release();
      return { passes: estimate.passes, x0Hat: x0Hat! };
    };
    const error = (a: Float32Array, b: Float32Array) =>
      Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
    const plain = await estimateOf(teacher, 1);
    const [two, one] = [await estimateOf(teacher, 2.5), await estimateOf(taught, 2.5)];
    expect([two.passes, one.passes]).toEqual([2, 1]);
    // What guidance changes is learnt to less than half of it, although both networks are tiny.
    expect(error(one.x0Hat, two.x0Hat)).toBeLessThan(0.5 * error(plain.x0Hat, two.x0Hat));
  }, 120_000);
});
