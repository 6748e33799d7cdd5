import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyedRandom } from '../../src/core/random.js';
import { type CompiledFunction, type Engine, tf } from '../../src/engine/index.js';
import { loadModel, type Model, saveNetwork } from '../../src/generator/index.js';
import { createDenoiser, type DenoiserArchitecture } from '../../src/generator/networks/denoiser.js';
import { denoisingLoss, logLikelihood } from '../../src/generator/networks/losses.js';
import { initialWeights } from '../../src/generator/networks/parameters.js';
import { frameSize } from '../../src/generator/representation.js';
import { createTrainer, type Trainer, type TrainerState } from '../../src/generator/training/trainer.js';
import { paired, secondsOf } from './paired.js';
import type { Row } from './row.js';
import { startTorchWorker, type TorchWorker, type TrainingOptimizer } from './torch-worker.js';

/** How far PyTorch and we may lie apart, as a share of the largest value; after steps of Adam, of the loss. */
const TOLERANCE = 1e-4;
const TRAINING_TOLERANCE = 1e-3;
const OPTIMIZER: TrainingOptimizer = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.99,
  weightDecay: 0.01,
  emaDecay: 0.999,
  velocityWeight: 5,
};

export interface AgainstTorchOptions {
  readonly engine: Engine;
  /** An interpreter that has PyTorch. */
  readonly python: string;
  readonly threads: number;
  readonly quick: boolean;
  readonly log: (line: string) => void;
}

/** One model on both sides, with the same random images. */
interface Contest {
  readonly model: Model;
  readonly engine: Engine;
  readonly torch: TorchWorker;
  readonly batch: number;
  readonly x: Float32Array;
  readonly labels: readonly number[];
  readonly y: Float32Array;
}

/** Rates of the networks against PyTorch, eager, with the same weights and threads, checked to compute the same first. */
export async function engineRowsAgainstTorch({ engine, python, threads, quick, log }: AgainstTorchOptions): Promise<Row[]> {
  const bundled = await loadModel(fileURLToPath(new URL('../../models/utd-mhad', import.meta.url)));
  const folder = mkdtempSync(join(tmpdir(), 'skelmix-bench-'));
  const rows: Row[] = [];
  try {
    for (const model of [bundled, await largeModel(bundled, folder)]) {
      const { image, layout } = model.manifest;
      for (const batch of quick ? [32] : [32, 128]) {
        const torch = await startTorchWorker(python, model.folder, threads, [image.numFrames, frameSize(layout, image)]);
        log(`${model.manifest.name}, batches of ${batch}: onnx against PyTorch ${torch.torch}, ${threads} threads each ...`);
        for await (const row of rowsOf(contestOf(model, engine, torch, batch))) {
          log(`  ${row.name}: ratio ${row.ratio?.toFixed(2)}`);
          rows.push(row);
        }
        await torch.close();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

/** A denoiser of 7 M parameters with random weights, for the bundled model's images. */
async function largeModel({ manifest }: Model, folder: string): Promise<Model> {
  const architecture: DenoiserArchitecture = {
    kind: 'frame-transformer',
    numFrames: manifest.image.numFrames,
    frameSize: frameSize(manifest.layout, manifest.image),
    numClasses: manifest.classes.length,
    width: 256,
    blocks: 6,
    heads: 4,
  };
  const { layout, classes, dataset, image } = manifest;
  const weights = initialWeights(createDenoiser(architecture).parameters, 1);
  const out = join(folder, 'width-256');
  await saveNetwork(
    out,
    { clips: [], layout, classes, dataset },
    { kind: 'denoiser', architecture: { ...architecture }, weights, image, training: {} },
    'none: random weights',
  );
  return loadModel(out);
}

function contestOf(model: Model, engine: Engine, torch: TorchWorker, batch: number): Contest {
  const { image, layout, classes } = model.manifest;
  const x = keyedRandom('bench', 'x', batch).fillNormal(new Float32Array(batch * image.numFrames * frameSize(layout, image)));
  const labels = Array.from({ length: batch }, (_, i) => i % classes.length);
  const y = new Float32Array(batch * classes.length);
  for (const [b, label] of labels.entries()) y[b * classes.length + label] = 1;
  return { model, engine, torch, batch, x, labels, y };
}

async function* rowsOf(contest: Contest): AsyncGenerator<Row> {
  yield denoiserRow(contest);
  if (contest.model.stTrans) yield gradientRow(contest);
  yield trainingRow(contest);
}

function shapesOf({ model: { manifest }, batch }: Contest): { x: number[]; y: number[] } {
  const { image, layout, classes } = manifest;
  return { x: [batch, image.numFrames, frameSize(layout, image)], y: [batch, classes.length] };
}

function named({ model, torch, batch }: Contest, what: string): { name: string } {
  return { name: `${model.manifest.name}, ${what}, batch ${batch}: onnx against PyTorch ${torch.torch}` };
}

function assertClose(what: string, ours: Float32Array, theirs: Float32Array, tolerance: number): void {
  const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = largest(ours.map((value, i) => value - theirs[i]!)) / largest(theirs);
  if (!(difference <= tolerance))
    throw new Error(`${what}: PyTorch and we differ by ${difference}, expected ${tolerance} at most`);
}

async function denoiserRow(contest: Contest): Promise<Row> {
  const { model, engine, torch, batch, x, y, labels } = contest;
  const { network, weights } = model.denoiser;
  const t = new Float32Array(batch).fill(0.5);
  const compiled = await engine.compile(
    (tensors) => ({
      x0Hat: network.forward(tensors, { x: tensors.x!, t: tensors.t!, y: tensors.y!, scale: tf.onesLike(tensors.t!) }),
    }),
    { ...shapesOf(contest), t: [batch] },
    { name: 'bench denoiser', constants: weights },
  );
  const theirs = await torch.timeDenoise(x, 0.5, labels);
  assertClose('x0Hat', (await compiled.run({ x, t, y })).x0Hat!, theirs.images, TOLERANCE);
  const row = await paired({
    ...named(contest, 'denoiser forward'),
    unit: 'images/s',
    better: 'higher',
    bar: 1,
    ours: () => imageRate(compiled, { x, t, y }, batch),
    baseline: async () => batch / (await torch.timeDenoise(x, 0.5, labels)).seconds,
  });
  await compiled.release();
  return row;
}

async function gradientRow(contest: Contest): Promise<Row> {
  const { model, engine, torch, batch, x, y, labels } = contest;
  const { network, weights } = model.stTrans!;
  const compiled = await engine.compile(
    (tensors) => ({
      gradient: tf.grad((x) => tf.sum(logLikelihood(network.forward(tensors, x), tensors.y!)))(tensors.x!),
    }),
    shapesOf(contest),
    { name: 'bench gradient', constants: weights },
  );
  const theirs = await torch.timeGradient(x, labels);
  assertClose('gradient of ST-Trans', (await compiled.run({ x, y })).gradient!, theirs.images, TOLERANCE);
  const row = await paired({
    ...named(contest, 'ST-Trans forward and gradient'),
    unit: 'images/s',
    better: 'higher',
    bar: 1,
    ours: () => imageRate(compiled, { x, y }, batch),
    baseline: async () => batch / (await torch.timeGradient(x, labels)).seconds,
  });
  await compiled.release();
  return row;
}

async function imageRate(compiled: CompiledFunction, feeds: Record<string, Float32Array>, batch: number): Promise<number> {
  return batch / (await secondsOf(() => compiled.run(feeds)));
}

/** Whole steps as the trainer makes them: forward, backward, AdamW and the moving average. */
async function trainingRow(contest: Contest): Promise<Row> {
  const { torch, batch, x, y, labels } = contest;
  const trainer = await trainerOf(contest);
  const random = keyedRandom('bench', 'training', batch);
  const x0 = random.fillNormal(new Float32Array(x.length));
  const t = Float32Array.from({ length: batch }, () => random.uniform());
  const weight = Float32Array.from({ length: batch }, () => 0.1 + random.uniform());
  const step = (): Promise<number> => trainer.run({ x, x0, t, y, weight }, OPTIMIZER.learningRate);
  for (let k = 1; k <= 3; k++) {
    const theirs = await torch.train({ x, x0, t, weight, labels }, OPTIMIZER);
    assertClose(`loss of training step ${k}`, Float32Array.of(await step()), theirs.images, TRAINING_TOLERANCE);
  }
  const row = await paired({
    ...named(contest, 'denoiser training step'),
    unit: 'steps/s',
    better: 'higher',
    bar: 0.9,
    ours: async () => 1 / (await secondsOf(step)),
    baseline: async () => 1 / (await torch.train({ x, x0, t, weight, labels }, OPTIMIZER)).seconds,
  });
  await trainer.close();
  return row;
}

/** A training that begins with the model's weights. */
function trainerOf(contest: Contest): Promise<Trainer> {
  const { network, weights } = contest.model.denoiser;
  const { x, y } = shapesOf(contest);
  const tensors: Record<string, TrainerState['tensors'][string]> = {};
  for (const [name, { shape, data }] of Object.entries(weights)) {
    for (const slot of ['w', 'ema']) tensors[`${slot}.${name}`] = { shape, data: data.slice() };
    for (const slot of ['m', 'v']) tensors[`${slot}.${name}`] = { shape, data: new Float32Array(data.length) };
  }
  const { beta1, beta2, weightDecay, emaDecay, velocityWeight } = OPTIMIZER;
  return createTrainer(
    {
      engine: contest.engine,
      parameters: network.parameters,
      name: 'bench training step',
      seed: 1,
      beta1,
      beta2,
      weightDecay,
      emaDecay,
      inputs: { x, x0: x, t: [contest.batch], y, weight: [contest.batch] },
      loss: (own, { x, x0, t, y, weight }) =>
        denoisingLoss(network.forward(own, { x: x!, t: t!, y: y!, scale: tf.onesLike(t!) }), x0!, weight!, velocityWeight),
    },
    { step: 0, loss: Number.NaN, tensors },
  );
}
