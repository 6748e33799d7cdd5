import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import type { Origin, Sample } from '../core/sample.js';
import type { Stats, SyntheticSource } from '../core/source.js';
import { createExactSource, createGate, createSyntheticSource, type Gate, type GeneratedClip } from '../generator/index.js';
import type { Dataset, LoaderSource, Profile } from '../loader/index.js';
import type { FoundModel } from './find-model.js';
import { type StartingGenerator, startGenerator } from './start-generator.js';

/** What makes the synthetic clips of every stream on a data set. */
export interface ClipMaker {
  readonly generator: StartingGenerator;
  readonly gate: Gate;
  stats(): Stats;
  /** Ends the worker. */
  close(): Promise<void>;
}

/**
 * Starts a generator in the background, with its gate.
 *
 * @param dataset the clips that variation mode varies
 */
export function openClipMaker(config: Config, model: FoundModel, dataset: Dataset, logger: Logger): ClipMaker {
  const generator = startGenerator(config, model, dataset, logger);
  return {
    generator,
    gate: createGate({ manifest: model.manifest, thresholds: config.gate, logger }),
    stats: () => ({
      'generator.engine': generator.engine,
      'generator.engineFallbacks': generator.engineFallbacks,
      'generator.restarts': generator.restarts,
    }),
    close: () => generator.close(),
  };
}

/** Synthetic samples of one stream. */
export interface Synthetic {
  readonly source: SyntheticSource;
  stats(): Stats;
  /** Stops the filling. The maker stays open. */
  close(): Promise<void>;
}

/** A stream that synthetic samples are for. */
export interface SyntheticStream {
  readonly profile: Profile;
  /** Its real samples, whose clips stand by where the profile takes something over from one of the same class. */
  readonly real: Pick<LoaderSource, 'classShares' | 'partner' | 'partnerAtHand'>;
  /** Share of synthetic samples that it begins with. */
  readonly ratio: number;
  /** Number of the stream, from 0: every stream has clips of its own. */
  readonly number: number;
}

/** Clips of one stream: indices of another one begin behind so many. */
const INDICES = 2 ** 24;

/**
 * Opens the synthetic samples of a stream. At ratio 0 it returns at once and nothing is made before it is wanted; above that it
 * waits until the worker has its model, so that a model that can't be used is told here, and begins to fill.
 *
 * @param onClip told of each clip that enters the stream; must not keep or change it
 * @throws ModelError, ConfigError as `startGeneratorWorker`, at a ratio above 0
 */
export async function openSynthetic(
  config: Config,
  maker: ClipMaker,
  stream: SyntheticStream,
  logger: Logger,
  onClip?: (clip: GeneratedClip) => void,
): Promise<Synthetic> {
  const { mix, generator: settings } = config;
  const { profile, real, ratio, number } = stream;
  const realShares = real.classShares;
  const { generator, gate } = maker;
  if (mix.mode === 'strict') return openExact(config, maker, stream, onClip);
  const source = createSyntheticSource({
    generator,
    prepare: profile.prepare,
    finish: (prepared, key, origin) => {
      const place = profile.partnerOf?.(prepared, key);
      const partner = place === undefined ? undefined : real.partnerAtHand(prepared.label, place);
      return profile.finish(prepared, key, origin, partner);
    },
    seed: config.seed,
    classShares: mix.classes === 'uniform' ? realShares.map(() => 1 / realShares.length) : realShares,
    // Nothing is replayed under this policy, so nothing that was taken is kept.
    maxReuse: mix.policy === 'wait' ? 0 : mix.maxReuse,
    maxBytes: settings.cacheBytes,
    freshTarget: settings.freshTarget,
    firstIndex: number * INDICES,
    gate,
    ...(onClip ? { onClip } : {}),
    logger,
  });
  if (ratio > 0) {
    try {
      await generator.ready;
    } catch (error) {
      await source.close();
      throw error;
    }
    source.start();
  }
  return { source, stats: source.stats, close: source.close };
}

/** Synthetic samples that are a function of their place in the stream, so that it can be repeated. */
function openExact(
  { seed }: Config,
  { generator, gate }: ClipMaker,
  { profile, real }: SyntheticStream,
  onClip?: (clip: GeneratedClip) => void,
): Synthetic {
  // Nothing is handed out twice: the clip's id alone decides what the profile draws.
  const key = { seed, round: 0 };
  const toSample = async (clip: GeneratedClip, origin: Origin): Promise<Sample> => {
    onClip?.(clip);
    const prepared = profile.prepare(clip);
    const place = profile.partnerOf?.(prepared, key);
    const partner = place === undefined ? undefined : await real.partner(prepared.label, place);
    return profile.finish(prepared, key, origin, partner);
  };
  const source = createExactSource({ generator, toSample, gate });
  return { source, stats: source.stats, close: async () => source.close() };
}
