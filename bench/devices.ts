import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type CompiledFunction,
  ENGINE_NAMES,
  type Engine,
  type EngineName,
  probeEngines,
  selectEngine,
} from '../src/engine/index.js';
import { createClipGenerator, defaultSampling, loadModel } from '../src/generator/index.js';
import { compileDenoiser, compileGuide, normalFeeds } from './harness/bench-networks.js';
import { paired, secondsOf } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';

/** Before this one in the order stand the engines that compute on devices. */
const BASELINE: EngineName = 'onnx-cpu';

/** The engines named in SKELMIX_BENCH_ENGINES (a list with commas), else all that compute on a device and work here. */
async function enginesToMeasure(log: BenchOptions['log']): Promise<EngineName[]> {
  const named = process.env.SKELMIX_BENCH_ENGINES?.split(',') as EngineName[] | undefined;
  const names = named ?? ENGINE_NAMES.slice(0, ENGINE_NAMES.indexOf(BASELINE));
  const probes = await probeEngines({ names });
  for (const { name, usable, reason } of probes) if (!usable) log(`${name} is left out: ${reason}`);
  return probes.filter(({ usable }) => usable).map(({ name }) => name);
}

const denoiser = (engine: Engine, B: number) => compileDenoiser(engine, B, { width: 128, blocks: 5 });
const gradient = (engine: Engine, B: number) => compileGuide(engine, B, { width: 64, blocks: 2, heads: 2, patch: 8 });

function imagesASecond(compiled: CompiledFunction, B: number, runs: number): () => Promise<number> {
  const feeds = normalFeeds(compiled, B);
  return async () => {
    const seconds = await secondsOf(async () => {
      for (let run = 0; run < runs; run++) await compiled.run(feeds);
    });
    return (runs * B) / seconds;
  };
}

async function guidedClips(engine: Engine, baseline: Engine, groupSize: number): Promise<Row> {
  const bundled = ['utd-mhad', 'puppet'].map((name) => fileURLToPath(new URL(`../models/${name}`, import.meta.url)));
  const model = await loadModel(process.env.SKELMIX_BENCH_MODEL ?? bundled.find((path) => existsSync(path))!);
  const generators = [engine, baseline].map((on) =>
    createClipGenerator({ model, engine: on, seed: 1, settings: defaultSampling, groupSize }),
  );
  const labels = Array.from({ length: groupSize }, (_, i) => i % model.manifest.classes.length);
  const [ours, theirs] = generators.map(
    (generator) => async () => groupSize / (await secondsOf(() => generator.generate(labels, 0))),
  );
  const name = `guided clips of ${model.manifest.name}, groups of ${groupSize}: ${engine.name} against ${baseline.name}`;
  const row = await paired({ name, unit: 'clips/s', better: 'higher', ours: ours!, baseline: theirs! });
  for (const generator of generators) await generator.close();
  return row;
}

/** Engines that compute on devices, against the processor, with networks of the default sizes. */
export default async function bench({ quick, log }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  const baseline = await selectEngine({ name: BASELINE, fallback: false });
  try {
    for (const name of await enginesToMeasure(log)) {
      const engine = await selectEngine({ name, fallback: false });
      for (const [what, compile] of [
        ['denoiser, forward', denoiser],
        ['ST-Trans, gradient', gradient],
      ] as const) {
        for (const B of quick ? [8] : [32, 128]) {
          log(`${what}, batches of ${B}: ${name} against ${BASELINE} ...`);
          const [ours, theirs] = [await compile(engine, B), await compile(baseline, B)];
          rows.push(
            await paired({
              name: `${what}, batches of ${B}: ${name} against ${BASELINE}`,
              unit: 'images/s',
              better: 'higher',
              ours: imagesASecond(ours, B, 5),
              baseline: imagesASecond(theirs, B, 1),
            }),
          );
          await ours.release();
          await theirs.release();
        }
      }
      rows.push(await guidedClips(engine, baseline, quick ? 8 : 32));
      await engine.close();
    }
  } finally {
    await baseline.close();
  }
  return rows;
}
