import type { Config } from '../config/index.js';
import { messageOf } from '../core/errors.js';
import type { GuidanceScales } from '../core/guidance-scales.js';
import { coded, codeOfError } from '../core/log-codes.js';
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
  /** How often a new worker took over from one that had died. */
  readonly restarts: number;
  /** Changes a scale of guidance for clips that are asked for from now on without scales of their own. */
  guide(scale: keyof GuidanceScales, value: number): void;
}

/** Workers that may die over one call before it fails: a call that kills its worker would go on for ever. */
const MAX_DEATHS = 3;

/**
 * Starts the generator's worker in the background. Calls of `generate` wait for it; where it fails they reject with its error,
 * which is also logged, once.
 *
 * A worker that dies is replaced by a new one, which makes the clips of the calls under way: a clip is a function of its index.
 *
 * @param dataset the clips that variation mode varies
 * @param launch starts a worker; for tests
 */
export function startGenerator(
  config: Config,
  { folder, manifest }: FoundModel,
  dataset: Dataset,
  logger: Logger,
  launch = startGeneratorWorker,
): StartingGenerator {
  let engine = 'starting';
  let started: GeneratorWorker | undefined;
  const stop = new AbortController();
  const start = async (): Promise<GeneratorWorker> => {
    const options = generatorOptions(config, folder);
    if (options.settings.variation === 0) return launch(options, logger);
    return launch({ ...options, sources: await readSources(config, dataset, manifest, logger, stop.signal) }, logger);
  };
  let restarts = 0;
  let scales: GuidanceScales | undefined;
  let current = start();
  const starting = current;
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
    if (!stop.signal.aborted) logger.error(`the generator could not be started: ${messageOf(error)}`, coded(codeOfError(error)));
  });
  /** The worker in place of a dead one; the same for all calls that it left. */
  const replace = async (dead: GeneratorWorker, cause: unknown): Promise<void> => {
    if (started !== dead) return;
    restarts++;
    logger.warn(`the generator's worker is started again (${restarts}): ${messageOf(cause)}`, coded('GENERATOR_RESTARTED'));
    started = undefined;
    engine = 'starting';
    current = start();
    current.then(
      (worker) => {
        started = worker;
      },
      (error: unknown) => {
        engine = 'failed';
        if (!stop.signal.aborted)
          logger.error(`the generator could not be started again: ${messageOf(error)}`, coded(codeOfError(error)));
      },
    );
  };
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
    get restarts() {
      return restarts;
    },
    guide(scale, value) {
      const { classifierFreeScale, classifierScale } = generatorOptions(config, folder).settings;
      scales = { ...(scales ?? { classifierFree: classifierFreeScale, classifier: classifierScale }), [scale]: value };
    },
    async generate(labels, firstIndex, signal, own = scales) {
      for (let deaths = 0; ; ) {
        const worker = await current;
        try {
          return await worker.generate(labels, firstIndex, signal, own);
        } catch (error) {
          if (worker.alive || stop.signal.aborted || ++deaths > MAX_DEATHS) throw error;
          await replace(worker, error);
        }
      }
    },
    close: () => {
      stop.abort();
      return current.then(
        (worker) => worker.close(),
        () => {},
      );
    },
  };
}
