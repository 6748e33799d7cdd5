import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import type { BatchSource, LiveSettings } from '../core/source.js';
import type { Dataset, LoaderSource, Profile } from '../loader/index.js';
import { createMixer } from '../mixers/index.js';
import type { FoundModel } from './find-model.js';
import { guardedSource } from './guarded-source.js';
import { type ClipMaker, openSynthetic } from './open-synthetic.js';
import { streamInfo } from './stream-info.js';

/** Parts of a stream. */
export interface StreamParts {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly profile: Profile;
  readonly real: LoaderSource;
  /** null where nothing is synthesised. */
  readonly maker: ClipMaker | null;
  readonly model: FoundModel | null;
  /** Live settings of the first batch. */
  readonly settings: LiveSettings;
  /** Number of the stream, from 0. */
  readonly number: number;
}

/** A stream of mixed batches; `close` closes the mixer and the synthetic samples, not the parts. */
export interface MixedStream {
  readonly source: BatchSource;
  close(): Promise<void>;
}

/**
 * Mixes real and synthetic samples of one profile into a stream that keeps the configuration's rules.
 *
 * @throws ModelError, ConfigError as `openSynthetic` and `createMixer`
 */
export async function mixedStream(parts: StreamParts, logger: Logger): Promise<MixedStream> {
  const { config, dataset, profile, real, maker, model, settings, number } = parts;
  const { ratio } = settings;
  const synthetic =
    maker && (await openSynthetic(config, maker, { profile, realShares: real.classShares, ratio, number }, logger));
  try {
    const mixer = createMixer({
      real,
      synthetic: synthetic?.source ?? null,
      info: streamInfo(config, dataset, profile, model),
      settings,
      policy: config.mix.policy,
      classChoice: config.mix.classes,
    });
    const stats = [real.stats, ...(synthetic && maker ? [synthetic.stats, maker.stats] : [])];
    return {
      source: guardedSource(mixer, config, dataset.split, stats),
      async close() {
        mixer.close();
        await synthetic?.close();
      },
    };
  } catch (error) {
    await synthetic?.close();
    throw error;
  }
}
