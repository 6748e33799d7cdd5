import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileEstimate, compileGradient } from '../../bench/harness/model-probes.js';
import { startTorchWorker, type TorchWorker } from '../../bench/harness/torch-worker.js';
import { keyedRandom } from '../../src/core/random.js';
import { createCpuEngine, type Engine, tf } from '../../src/engine/index.js';
import { createSampling } from '../../src/generator/diffusion/create-sampling.js';
import { defaultSampling, loadModel, type Model, saveNetwork } from '../../src/generator/index.js';
import { createDenoiser } from '../../src/generator/networks/denoiser.js';
import { denoisingLoss } from '../../src/generator/networks/losses.js';
import { initialWeights } from '../../src/generator/networks/parameters.js';
import { createStTrans } from '../../src/generator/networks/st-trans.js';
import { createTrainer } from '../../src/generator/training/trainer.js';
import { loadLayout } from '../../src/loader/index.js';
import { pythonWith } from '../support/python.js';

const python = pythonWith('torch', 'numpy');
const TOLERANCE = 1e-4;
const numFrames = 8;
const sizes = { width: 16, blocks: 2, heads: 2 };
const labels = [2, 0, 1];
const y = Float32Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0);

/** Largest difference as a share of the largest value of the second. */
function difference(a: Float32Array, b: Float32Array): number {
  const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(a.length).toBe(b.length);
  return largest(a.map((value, i) => value - b[i]!)) / largest(b);
}

describe.skipIf(python === undefined)('the networks in PyTorch (needs Python with torch), with the same weights', () => {
  let folder: string;
  let model: Model;
  let engine: Engine;
  let torch: TorchWorker;
  let x: Float32Array;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skelmix-torch-'));
    const layout = await loadLayout('utd-mhad');
    const numJoints = layout.joints.length;
    const frameSize = numJoints * layout.channels;
    x = keyedRandom('torch').fillNormal(new Float32Array(labels.length * numFrames * frameSize));
    const image = { numFrames, maxPersons: 1, fps: 30, scale: 1, deviation: 0.4 };
    const classes = ['wave', 'clap', 'walk'];
    const dataset = { name: 'none', split: 'train', simulated: true, digest: 'none' };
    const denoiser = {
      kind: 'frame-transformer',
      numFrames,
      frameSize,
      numClasses: classes.length,
      ...sizes,
      maxScale: 2,
    } as const;
    const stTrans = {
      kind: 'st-trans',
      numFrames,
      numJoints,
      channels: layout.channels,
      numClasses: classes.length,
      patch: 4,
      ...sizes,
    } as const;
    const trained = { image, training: {} };
    const subject = { clips: [], layout, classes, dataset };
    const denoiserWeights = initialWeights(createDenoiser(denoiser).parameters, 1);
    // Starts at zero, where the scale would have no effect.
    keyedRandom('scale').fillNormal(denoiserWeights['scale.out.weight']!.data);
    const stTransWeights = initialWeights(createStTrans(stTrans).parameters, 1);
    await saveNetwork(
      folder,
      subject,
      { ...trained, kind: 'denoiser', architecture: denoiser, weights: denoiserWeights },
      'test',
    );
    await saveNetwork(folder, subject, { ...trained, kind: 'st-trans', architecture: stTrans, weights: stTransWeights }, 'test');
    engine = await createCpuEngine();
    model = await loadModel(folder);
    torch = await startTorchWorker(python!, folder, 1, [numFrames, frameSize]);
    // The first import of torch after an installation compiles its files.
  }, 180_000);

  afterAll(async () => {
    await torch?.close();
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([1, 1.5, 4])('give the same clean estimate at classifier-free scale %f', async (scale) => {
    const probe = await compileEstimate(model, engine, labels.length, scale);
    const { x0Hat } = await probe.run({ x, y, t: Float32Array.of(0.7), scale: new Float32Array(labels.length).fill(scale) });
    expect(difference(x0Hat!, await torch.denoise(x, 0.7, labels, scale))).toBeLessThan(TOLERANCE);
    await probe.release();
  });

  it('give the same gradient of the log-likelihood', async () => {
    const probe = await compileGradient(model, engine, labels.length);
    expect(difference((await probe.run({ x, y })).gradient!, await torch.gradient(x, labels))).toBeLessThan(TOLERANCE);
    await probe.release();
  });

  it('sample the same images from the same noise, with both guidances', async () => {
    const settings = { ...defaultSampling, steps: 4, classifierFreeScale: 1.5, classifierScale: 0.15 };
    const sampling = createSampling({ model, engine, settings });
    const ours = await sampling.sample({ x, y, noise: () => new Float32Array(0) });
    expect(difference(ours, (await torch.sample(x, labels, settings)).images)).toBeLessThan(TOLERANCE);
    await sampling.close();
  });

  it('have the same losses over training steps', async () => {
    const { network, weights } = model.denoiser;
    const B = labels.length;
    const shape = [B, numFrames, x.length / B / numFrames];
    const settings = { beta1: 0.9, beta2: 0.99, weightDecay: 0.01, emaDecay: 0.999 };
    const tensors = Object.fromEntries(
      Object.entries(weights).flatMap(([name, { shape, data }]) =>
        ['w', 'm', 'v', 'ema'].map((slot) => [
          `${slot}.${name}`,
          { shape, data: slot === 'w' || slot === 'ema' ? data.slice() : new Float32Array(data.length) },
        ]),
      ),
    );
    const trainer = await createTrainer(
      {
        ...settings,
        engine,
        parameters: network.parameters,
        name: 'step',
        seed: 1,
        inputs: { x: shape, x0: shape, t: [B], y: [B, 3], weight: [B] },
        loss: (own, { x, x0, t, y, weight }) =>
          denoisingLoss(network.forward(own, { x: x!, t: t!, y: y!, scale: tf.onesLike(t!) }), x0!, weight!, 5),
      },
      { step: 0, loss: Number.NaN, tensors },
    );
    const batch = { x, x0: x.map((value) => value / 2), t: Float32Array.of(0.1, 0.5, 0.9), weight: Float32Array.of(1, 2, 3) };
    const losses: number[] = [];
    for (let k = 0; k < 5; k++) {
      const theirs = await torch.train({ ...batch, labels }, { ...settings, learningRate: 0.01, velocityWeight: 5 });
      losses.push(await trainer.run({ ...batch, y }, 0.01));
      expect(difference(Float32Array.of(losses[k]!), theirs.images), `step ${k + 1}`).toBeLessThan(1e-3);
    }
    expect(losses[4]!).toBeLessThan(losses[0]!);
    await trainer.close();
  });
});
