import type { Config } from '../config/index.js';
import type { GateCriterion } from '../core/gate-criteria.js';
import type { Logger } from '../core/logger.js';
import type { Origin, Sample } from '../core/sample.js';
import type { Stats, SyntheticSource } from '../core/source.js';
import {
  type ClipGenerator,
  createExactSource,
  createGate,
  createSyntheticSource,
  type GeneratedClip,
} from '../generator/index.js';
import type { Dataset, Profile } from '../loader/index.js';
import type { FoundModel } from './find-model.js';
import { type StartingGenerator, startGenerator } from './start-generator.js';

/** Synthetic samples of one model, and everything that makes them. */
export interface Synthetic {
  readonly source: SyntheticSource;
  stats(): Stats;
  /** Changes a threshold of the gate, for clips that are made from now on. */
  setGate(criterion: GateCriterion, threshold: number): void;
  /** Makes clips, beside those that the source is filled with. */
  readonly generator: ClipGenerator;
  /** Stops the filling, then the worker. */
  close(): Promise<void>;
}

/**
 * Starts what makes synthetic samples. At ratio 0 it returns at once and nothing is made before it is wanted; above that it
 * waits until the worker has its model, so that a model that can't be used is told here, and begins to fill.
 *
 * @param dataset the real clips of the stream: those that variation mode varies
 * @param realShares share of each class among the real clips
 * @param onClip told of each clip that enters the stream; must not keep or change it
 * @throws ModelError, ConfigError as `startGeneratorWorker`, at a ratio above 0
 */
export async function openSynthetic(
  config: Config,
  model: FoundModel,
  dataset: Dataset,
  profile: Profile,
  realShares: readonly number[],
  logger: Logger,
  onClip?: (clip: GeneratedClip) => void,
): Promise<Synthetic> {
  const { mix, generator: settings } = config;
  const generator = startGenerator(config, model, dataset, logger);
  const gate = createGate({ manifest: model.manifest, thresholds: config.gate, logger });
  if (mix.mode === 'strict') {
    // Nothing is handed out twice: the clip's id alone decides what the profile draws.
    const key = { seed: config.seed, round: 0 };
    const toSample = (clip: GeneratedClip, origin: Origin): Sample => {
      onClip?.(clip);
      return profile.finish(profile.prepare(clip), key, origin);
    };
    const exact = createExactSource({ generator, toSample, gate });
    return {
      source: exact,
      generator,
      stats: () => ({ ...exact.stats(), ...generatorStats(generator) }),
      setGate: gate.set,
      close: async () => {
        exact.close();
        await generator.close();
      },
    };
  }
  const source = createSyntheticSource({
    generator,
    prepare: profile.prepare,
    finish: profile.finish,
    seed: config.seed,
    classShares: mix.classes === 'uniform' ? realShares.map(() => 1 / realShares.length) : realShares,
    // Nothing is replayed under this policy, so nothing that was taken is kept.
    maxReuse: mix.policy === 'wait' ? 0 : mix.maxReuse,
    maxBytes: settings.cacheBytes,
    freshTarget: settings.freshTarget,
    gate,
    ...(onClip ? { onClip } : {}),
    logger,
  });
  const close = async (): Promise<void> => {
    await source.close();
    await generator.close();
  };
  if (mix.ratio > 0) {
    try {
      await generator.ready;
    } catch (error) {
      await close();
      throw error;
    }
    source.start();
  }
  return {
    source,
    stats: () => ({ ...source.stats(), ...generatorStats(generator) }),
    setGate: gate.set,
    generator,
    close,
  };
}

const generatorStats = ({ engine, engineFallbacks, restarts }: StartingGenerator): Stats => ({
  'generator.engine': engine,
  'generator.engineFallbacks': engineFallbacks,
  'generator.restarts': restarts,
});
