import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keyedRandom } from '../src/core/random.js';
import { type CompiledFunction, createCpuEngine, createOnnxEngine, type Engine } from '../src/engine/index.js';
import { createClipGenerator, defaultSampling, loadModel, type Model, type SamplingSettings } from '../src/generator/index.js';
import { frameSize } from '../src/generator/representation.js';
import { processRows } from './harness/generator-process.js';
import { guidanceRows } from './harness/guidance-cost.js';
import { compileEstimate, compileGradient } from './harness/model-probes.js';
import { paired, secondsOf } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';
import { benchPython, startTorchWorker, type TorchWorker } from './harness/torch-worker.js';

const THREADS = 2;
/** How far PyTorch and we may lie apart, as a share of the largest value. */
const TOLERANCE = 1e-4;

/** The folder in SKELMIX_BENCH_MODEL, else the first bundled model there is. */
async function benchModel(): Promise<Model> {
  const bundled = ['utd-mhad', 'puppet'].map((name) => fileURLToPath(new URL(`../models/${name}`, import.meta.url)));
  const folder = process.env.SKELMIX_BENCH_MODEL ?? bundled.find((path) => existsSync(`${path}/manifest.json`));
  if (folder === undefined) throw new Error('there is no model in models/: name the folder of one in SKELMIX_BENCH_MODEL');
  return loadModel(folder);
}

const labelsOf = (model: Model, count: number): number[] =>
  Array.from({ length: count }, (_, i) => i % model.manifest.classes.length);

/** Clips a second that the product's own generator makes in groups of one size. */
function ourRate(
  model: Model,
  engine: Engine,
  settings: SamplingSettings,
  count: number,
): { turn: () => Promise<number>; close: () => Promise<void> } {
  const generator = createClipGenerator({ model, engine, seed: 1, settings, groupSize: count });
  let first = 0;
  const turn = async (): Promise<number> => {
    const seconds = await secondsOf(() => generator.generate(labelsOf(model, count), first));
    first += count;
    return count / seconds;
  };
  return { turn, close: () => generator.close() };
}

/** Largest difference of two arrays as a share of the largest value of the second. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(a.map((value, i) => value - b[i]!)) / largest(b);
}

/** Holds the networks in PyTorch against ours: a baseline that computes something else is none. */
async function assertAgreement(model: Model, engine: Engine, torch: TorchWorker): Promise<string> {
  const { image, layout, classes } = model.manifest;
  const labels = labelsOf(model, 4);
  const x = keyedRandom('bench', 'agreement').fillNormal(
    new Float32Array(labels.length * image.numFrames * frameSize(layout, image)),
  );
  const y = new Float32Array(labels.length * classes.length);
  for (const [b, label] of labels.entries()) y[b * classes.length + label] = 1;
  const probes: CompiledFunction[] = [];
  try {
    const differences: Record<string, number> = {};
    for (const scale of [1, 1.5]) {
      const probe = await compileEstimate(model, engine, labels.length, scale);
      probes.push(probe);
      const { x0Hat } = await probe.run({ x, y, t: Float32Array.of(0.5), scale: new Float32Array(labels.length).fill(scale) });
      differences[`x0Hat at scale ${scale}`] = largestDifference(x0Hat!, await torch.denoise(x, 0.5, labels, scale));
    }
    if (model.stTrans) {
      const probe = await compileGradient(model, engine, labels.length);
      probes.push(probe);
      const { gradient } = await probe.run({ x, y });
      differences['gradient of ST-Trans'] = largestDifference(gradient!, await torch.gradient(x, labels));
    }
    for (const [what, difference] of Object.entries(differences))
      if (!(difference <= TOLERANCE))
        throw new Error(`${what}: PyTorch and we differ by ${difference}, expected ${TOLERANCE} at most`);
    return Object.entries(differences)
      .map(([what, difference]) => `${what} ${difference.toExponential(1)}`)
      .join(', ');
  } finally {
    for (const probe of probes) await probe.release();
  }
}

/** Ours against PyTorch: the same model, sampler, group and number of threads. */
async function againstTorch(model: Model, engine: Engine, torch: TorchWorker, quick: boolean): Promise<Row[]> {
  const { image, layout } = model.manifest;
  const count = quick ? 8 : 32;
  const noise = keyedRandom('bench', 'noise').fillNormal(new Float32Array(count * image.numFrames * frameSize(layout, image)));
  const rows: Row[] = [];
  for (const [name, settings] of [
    ['guided', defaultSampling],
    ['unguided', { ...defaultSampling, classifierFreeScale: 1, classifierScale: 0 }],
  ] as const) {
    if ((settings.classifierScale !== 0 && !model.stTrans) || (quick && name === 'unguided')) continue;
    const ours = ourRate(model, engine, settings, count);
    rows.push(
      await paired({
        name: `${name} clips, ${settings.steps} steps, groups of ${count}: onnx against PyTorch ${torch.torch}`,
        unit: 'clips/s',
        better: 'higher',
        ours: ours.turn,
        baseline: async () => count / (await torch.sample(noise, labelsOf(model, count), settings)).seconds,
      }),
    );
    await ours.close();
  }
  return rows;
}

/** Ours against the same functions run one operation at a time by tfjs' cpu backend: one clip and 2 steps, since that is slow. */
async function againstCpu(model: Model, onnx: Engine): Promise<Row> {
  const cpu = await createCpuEngine();
  const settings = { ...defaultSampling, steps: 2 };
  const [ours, baseline] = [ourRate(model, onnx, settings, 1), ourRate(model, cpu, settings, 1)];
  const row = await paired({
    name: 'guided clips, 2 steps, one at a time: onnx against cpu',
    unit: 'clips/s',
    better: 'higher',
    ours: ours.turn,
    baseline: baseline.turn,
  });
  await ours.close();
  await baseline.close();
  await cpu.close();
  return row;
}

/**
 * Clips a second of the generator with its default sampling, against PyTorch with the same weights (first checked to compute
 * the same) and against tfjs' cpu backend; what guidance costs and what few steps save; how long its process takes to the first batch, and whether its memory stays bounded.
 */
export default async function bench({ quick, log }: BenchOptions): Promise<Row[]> {
  const model = await benchModel();
  const { image, layout } = model.manifest;
  const engine = await createOnnxEngine({ threads: THREADS });
  const rows: Row[] = [];
  try {
    const python = benchPython();
    if (python === undefined) log('no PyTorch here (npm test installs it into .venv): its rows are left out');
    else {
      const torch = await startTorchWorker(python, model.folder, THREADS, [image.numFrames, frameSize(layout, image)]);
      log(`agreement with PyTorch ${torch.torch}: ${await assertAgreement(model, engine, torch)}`);
      log(`model ${model.manifest.name}, ${THREADS} threads on both sides ...`);
      rows.push(...(await againstTorch(model, engine, torch, quick)));
      await torch.close();
    }
    log('against eager cpu, a small count since that is slow ...');
    rows.push(await againstCpu(model, engine));
    rows.push(...(await guidanceRows(model, engine, { quick, log })));
    rows.push(...(await processRows(model.folder, THREADS, { quick, log })));
  } finally {
    await engine.close();
  }
  return rows;
}
