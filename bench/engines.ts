import { type CompiledFunction, createCpuEngine, createOnnxEngine, type Engine } from '../src/engine/index.js';
import { compileDenoiser, compileGuide, normalFeeds } from './harness/bench-networks.js';
import { engineRowsAgainstTorch } from './harness/engines-against-torch.js';
import { paired, secondsOf } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';
import { benchPython } from './harness/torch-worker.js';

const THREADS = 2;

const smallDenoiser = (engine: Engine, B: number) => compileDenoiser(engine, B, { width: 64, blocks: 2 });
const smallGuide = (engine: Engine, B: number) => compileGuide(engine, B, { width: 32, blocks: 1, heads: 4, patch: 4 });

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
      ['denoiser, forward', smallDenoiser],
      ['ST-Trans, gradient', smallGuide],
    ] as const) {
      log(`${name}: onnx with ${THREADS} threads against cpu, batches of ${batch} ...`);
      const [ours, baseline] = [await compile(onnx, batch), await compile(cpu, batch)];
      const rate = (compiled: CompiledFunction, runs: number) => async (): Promise<number> => {
        const feeds = normalFeeds(compiled);
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
