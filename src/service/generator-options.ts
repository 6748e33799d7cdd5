import type { Config } from '../config/index.js';
import { DEFAULT_STEPS, type GeneratorWorkerOptions } from '../generator/index.js';

/** What a generator worker is started with under a configuration. */
export function generatorOptions(config: Config, folder: string): GeneratorWorkerOptions {
  const { generator, engine, seed } = config;
  const { sampler, steps, classifierFreeScale, classifierScale, interval, projectBones, groupSize } = generator;
  return {
    model: folder,
    engine: engine.name,
    threads: engine.threads === 0 ? undefined : engine.threads,
    fallback: engine.fallback,
    seed,
    settings: { sampler, steps: steps ?? DEFAULT_STEPS[sampler], classifierFreeScale, classifierScale, interval, projectBones },
    groupSize,
  };
}
