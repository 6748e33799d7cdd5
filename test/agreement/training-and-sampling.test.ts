import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { Engine } from '../../src/engine/engine.js';
import { createClipGenerator } from '../../src/generator/create-clip-generator.js';
import { loadModel, type Model } from '../../src/generator/model/load-model.js';
import { createDenoiser } from '../../src/generator/networks/denoiser.js';
import { denoisingLoss } from '../../src/generator/networks/losses.js';
import { defaultSampling } from '../../src/generator/sampling-settings.js';
import { saveNetwork } from '../../src/generator/training/save-network.js';
import { trainDenoiser } from '../../src/generator/training/train-denoiser.js';
import { trainStTrans } from '../../src/generator/training/train-st-trans.js';
import { createTrainer } from '../../src/generator/training/trainer.js';
import { expectClose, values } from '../engine/agreement.js';
import { COMPARED_ENGINES, describeEngines } from '../engine/engines.js';
import { stickSubject, tinyTraining } from '../generator/support/tiny.js';

const [B, T, F, K] = [3, 8, 12, 2];
const STEPS = 10;

/** The real trainer on the real denoiser: losses and the whole state after the first step and after the last. */
async function train(engine: Engine) {
  const network = createDenoiser({
    kind: 'frame-transformer',
    numFrames: T,
    frameSize: F,
    numClasses: K,
    width: 16,
    blocks: 1,
    heads: 2,
  });
  const trainer = await createTrainer({
    engine,
    parameters: network.parameters,
    loss: (weights, { x, t, y, x0, weight }) =>
      denoisingLoss(network.forward(weights, { x: x!, t: t!, y: y! }), x0!, weight!, 0.5),
    inputs: { x: [B, T, F], t: [B], y: [B, K], x0: [B, T, F], weight: [B] },
    seed: 3,
    emaDecay: 0.99,
    name: 'agreement',
    beta1: 0.9,
    beta2: 0.99,
    weightDecay: 0.01,
  });
  const feeds = {
    x: values([B, T, F], 'x', [-1, 1]),
    t: Float32Array.of(0.2, 0.5, 0.9),
    y: Float32Array.of(1, 0, 0, 1, 1, 0),
    x0: values([B, T, F], 'x0', [-1, 1]),
    weight: new Float32Array(B).fill(1),
  };
  const losses: number[] = [];
  losses.push(await trainer.run(feeds, 1e-3));
  const first = await trainer.state();
  while (losses.length < STEPS) losses.push(await trainer.run(feeds, 1e-3));
  const last = await trainer.state();
  await trainer.close();
  return { losses, first: first.tensors, last: last.tensors };
}

let cpu: Engine;
let folder = '';
let model: Model;
let trained: Awaited<ReturnType<typeof train>>;
let sampled: Float32Array[];

/** 16 guided steps, classifier and classifier-free, all the way from noise; the noise depends on seed and index alone. */
const guided = {
  ...defaultSampling,
  steps: 16,
  classifierFreeScale: 1.5,
  classifierScale: 0.3,
  interval: [0, 1] as const,
  projectBones: false,
};

async function sample(engine: Engine): Promise<Float32Array[]> {
  const generator = createClipGenerator({ model, engine, seed: 9, settings: guided, groupSize: 2 });
  const clips = await generator.generate([0, 1], 0);
  await generator.close();
  return clips.map(({ keypoint }) => keypoint);
}

beforeAll(async () => {
  cpu = await createCpuEngine();
  folder = await mkdtemp(join(tmpdir(), 'skelmix-agreement-'));
  const training = { ...tinyTraining, engine: cpu, steps: 1 };
  await saveNetwork(folder, stickSubject, await trainDenoiser(stickSubject, training), '');
  await saveNetwork(folder, stickSubject, await trainStTrans(stickSubject, { ...training, patch: 2 }), '');
  model = await loadModel(folder);
  trained = await train(cpu);
  sampled = await sample(cpu);
});
afterAll(async () => {
  await cpu.close();
  await rm(folder, { recursive: true });
});

it('guidance moves the clips, so that agreement says something about it', async () => {
  const generator = createClipGenerator({
    model,
    engine: cpu,
    seed: 9,
    settings: { ...guided, classifierScale: 0 },
    groupSize: 2,
  });
  const [plain] = await generator.generate([0, 1], 0);
  await generator.close();
  const moved = plain!.keypoint.reduce((most, value, i) => Math.max(most, Math.abs(value - sampled[0]![i]!)), 0);
  expect(moved).toBeGreaterThan(1e-2);
});

describeEngines(
  COMPARED_ENGINES,
  (name) => `the generator on ${name}`,
  ({ create, tolerances }) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await create();
    });
    afterAll(() => engine.close());

    it('trains as on cpu: loss, weights, moments and averages of the real training step', async () => {
      const got = await train(engine);
      expect(got.losses.at(-1)).toBeLessThan(got.losses[0]!);
      expectClose(Float32Array.from(got.losses), Float32Array.from(trained.losses), 'losses', tolerances.tenSteps);
      for (const [name, { data }] of Object.entries(trained.first))
        expectClose(got.first[name]!.data, data, `${name}, once`, tolerances.once);
      for (const [name, { data }] of Object.entries(trained.last))
        expectClose(got.last[name]!.data, data, name, tolerances.tenSteps);
    });

    it('gives the same clips as cpu after 16 guided steps from the same noise', async () => {
      const got = await sample(engine);
      for (const [b, expected] of sampled.entries()) expectClose(got[b]!, expected, `clip ${b}`, tolerances.guided);
    });
  },
);
