import type { Config } from '../config/index.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import { type ClipGenerator, type GeneratorWorker, startGeneratorWorker } from '../generator/index.js';
import type { Dataset } from '../loader/index.js';
import type { FoundModel } from './find-model.js';
import { generatorOptions } from './generator-options.js';
import { readSources } from './read-sources.js';

/** A generator that may still be starting. */
export interface StartingGenerator extends ClipGenerator {
  /** Resolves when the worker has its model; rejects as `startGeneratorWorker`. */
  readonly ready: Promise<void>;
  /** Name of the engine, `starting` before it is known, `failed` where it never will be. */
  readonly engine: string;
  /** How often another engine took over from one that failed: 0 or 1. */
  readonly engineFallbacks: number;
}

/**
 * Starts the generator's worker in the background. Calls of `generate` wait for it; where it fails they reject with its error,
 * which is also logged, once.
 *
 * @param dataset the clips that variation mode varies
 */
export function startGenerator(
  config: Config,
  { folder, manifest }: FoundModel,
  dataset: Dataset,
  logger: Logger,
): StartingGenerator {
  let engine = 'starting';
  let started: GeneratorWorker | undefined;
  const stop = new AbortController();
  const start = async (): Promise<GeneratorWorker> => {
    const options = generatorOptions(config, folder);
    if (options.settings.variation === 0) return startGeneratorWorker(options, logger);
    return startGeneratorWorker(
      { ...options, sources: await readSources(config, dataset, manifest, logger, stop.signal) },
      logger,
    );
  };
  const starting = start();
  const ready = starting.then(
    (worker) => {
      started = worker;
      logger.debug(`the generator is ready (model ${manifest.name}@${manifest.version}, engine ${worker.engine})`);
    },
    (error: unknown) => {
      engine = 'failed';
      throw error;
    },
  );
  ready.catch((error: unknown) => {
    if (!stop.signal.aborted) logger.error(`the generator could not be started: ${messageOf(error)}`);
  });
  return {
    manifest,
    groupSize: config.generator.groupSize,
    ready,
    get engine() {
      return started?.engine ?? engine;
    },
    get engineFallbacks() {
      return started?.engineFallbacks ?? 0;
    },
    generate: async (labels, firstIndex, signal) => (await starting).generate(labels, firstIndex, signal),
    close: () => {
      stop.abort();
      return starting.then(
        (worker) => worker.close(),
        () => {},
      );
    },
  };
}
