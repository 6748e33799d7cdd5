import { keyedRandom } from '../src/core/random.js';
import { type CompiledFunction, createCpuEngine, createOnnxEngine, type Engine, type Shape, tf } from '../src/engine/index.js';
import { createDenoiser } from '../src/generator/networks/denoiser.js';
import { logLikelihood } from '../src/generator/networks/losses.js';
import { initialWeights } from '../src/generator/networks/parameters.js';
import { createStTrans } from '../src/generator/networks/st-trans.js';
import { engineRowsAgainstTorch } from './harness/engines-against-torch.js';
import { paired, secondsOf } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';
import { benchPython } from './harness/torch-worker.js';

const THREADS = 2;
const numFrames = 64;
const numJoints = 20;
const channels = 3;
const numClasses = 27;
const frameSize = numJoints * channels;

/** Feeds of normal values that are the same in every run. */
function feedsOf(compiled: CompiledFunction): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(compiled.inputs).map(([name, shape]) => {
      const values = new Float32Array((shape as Shape).reduce((size, axis) => size * axis, 1));
      return [name, keyedRandom('bench', name).fillNormal(values)];
    }),
  );
}

/** A small denoiser, forward: width 64, 2 blocks, 64 frames of 20 joints. */
function compileDenoiser(engine: Engine, batch: number): Promise<CompiledFunction> {
  const network = createDenoiser({
    kind: 'frame-transformer',
    numFrames,
    frameSize,
    numClasses,
    width: 64,
    blocks: 2,
    heads: 4,
  });
  return engine.compile(
    (tensors) => ({ x0Hat: network.forward(tensors, { x: tensors.x!, t: tensors.t!, y: tensors.y! }) }),
    { x: [batch, numFrames, frameSize], t: [batch], y: [batch, numClasses] },
    { name: 'bench denoiser', constants: initialWeights(network.parameters, 1) },
  );
}

/** The gradient of a small ST-Trans with respect to its images: width 32, 1 block, 4-frame patches. */
function compileGradient(engine: Engine, batch: number): Promise<CompiledFunction> {
  const network = createStTrans({
    kind: 'st-trans',
    numFrames,
    numJoints,
    channels,
    numClasses,
    width: 32,
    blocks: 1,
    heads: 4,
    patch: 4,
  });
  return engine.compile(
    (tensors) => ({
      gradient: tf.grad((x) => tf.sum(logLikelihood(network.forward(tensors, x), tensors.y!)))(tensors.x!),
    }),
    { x: [batch, numFrames, frameSize], y: [batch, numClasses] },
    { name: 'bench gradient', constants: initialWeights(network.parameters, 1) },
  );
}

/**
 * What compiling to ONNX graphs gives: against PyTorch with the networks of real models, and against tfjs' own cpu backend,
 * which runs the same functions operation by operation in JavaScript, with two small networks, because that is slow.
 */
export default async function bench({ quick, log }: BenchOptions): Promise<Row[]> {
  const onnx = await createOnnxEngine({ threads: THREADS });
  const cpu = await createCpuEngine();
  const batch = quick ? 2 : 8;
  const rows: Row[] = [];
  try {
    const python = benchPython();
    if (python === undefined) log('no PyTorch here (npm test installs it into .venv): its rows are left out');
    else rows.push(...(await engineRowsAgainstTorch({ engine: onnx, python, threads: THREADS, quick, log })));
    for (const [name, compile] of [
      ['denoiser, forward', compileDenoiser],
      ['ST-Trans, gradient', compileGradient],
    ] as const) {
      log(`${name}: onnx with ${THREADS} threads against cpu, batches of ${batch} ...`);
      const [ours, baseline] = [await compile(onnx, batch), await compile(cpu, batch)];
      const rate = (compiled: CompiledFunction, runs: number) => async (): Promise<number> => {
        const feeds = feedsOf(compiled);
        const seconds = await secondsOf(async () => {
          for (let run = 0; run < runs; run++) await compiled.run(feeds);
        });
        return (runs * batch) / seconds;
      };
      rows.push(
        await paired({
          name: `${name}: onnx against cpu`,
          unit: 'images/s',
          better: 'higher',
          ours: rate(ours, 10),
          baseline: rate(baseline, 1),
        }),
      );
      await ours.release();
      await baseline.release();
    }
  } finally {
    await onnx.close();
    await cpu.close();
  }
  return rows;
}
