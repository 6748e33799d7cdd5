import type { Config } from '../config/index.js';
import { type GeneratorWorkerOptions, samplingOf } from '../generator/index.js';

/** What a generator worker is started with under a configuration. */
export function generatorOptions(config: Config, folder: string): GeneratorWorkerOptions {
  const { generator, engine, seed } = config;
  const { preset, model: _model, groupSize, freshTarget: _fresh, cacheBytes: _bytes, ...settings } = generator;
  return {
    model: folder,
    engine: engine.name,
    threads: engine.threads === 0 ? undefined : engine.threads,
    cacheFolder: engine.cache === 'off' ? undefined : engine.cache,
    precision: engine.precision,
    fallback: engine.fallback,
    seed,
    settings: samplingOf(preset, settings),
    groupSize,
    measure: true,
  };
}
