import type { Engine } from '../../src/engine/index.js';
import { createClipGenerator, defaultSampling, type Model, samplingOf } from '../../src/generator/index.js';
import { paired, secondsOf } from './paired.js';
import type { BenchOptions, Row } from './row.js';

type Settings = typeof defaultSampling;

/** Clips a second of one setting, group after group; the first group, which compiles, is not counted. */
function rateOf(model: Model, engine: Engine, settings: Settings, count: number) {
  const generator = createClipGenerator({ model, engine, seed: 1, settings, groupSize: count });
  const labels = Array.from({ length: count }, (_, i) => i % model.manifest.classes.length);
  let first = 0;
  const turn = async (): Promise<number> => {
    const seconds = await secondsOf(() => generator.generate(labels, first));
    first += count;
    return count / seconds;
  };
  return { turn, close: () => generator.close() };
}

/**
 * What guidance costs, and what few steps save: the default sampling against the same one unguided, and against ancestral
 * sampling with 1000 steps of the same network at the same classifier-free scale (as motion diffusion models sample, arXiv
 * 2209.14916; quality of both: models/utd-mhad/README.md).
 */
export async function guidanceRows(model: Model, engine: Engine, { quick, log }: BenchOptions): Promise<Row[]> {
  const unguided = { ...defaultSampling, classifierFreeScale: 1, classifierScale: 0 };
  const ancestral = samplingOf('balanced', { sampler: 'ddpm', classifierScale: 0 });
  const rows: Row[] = [];
  for (const [name, count, baseline, bar] of [
    ['guided against unguided', quick ? 8 : 32, unguided, 1 / 1.6],
    ['guided, 16 steps, against ancestral sampling, 1000 steps', 8, ancestral, 40],
  ] as const) {
    if (quick && baseline === ancestral) continue;
    log(`${name} ...`);
    const [ours, theirs] = [rateOf(model, engine, defaultSampling, count), rateOf(model, engine, baseline, count)];
    rows.push(
      await paired({
        name: `${name}, groups of ${count}`,
        unit: 'clips/s',
        better: 'higher',
        ours: ours.turn,
        baseline: theirs.turn,
        bar,
      }),
    );
    await ours.close();
    await theirs.close();
  }
  return rows;
}
