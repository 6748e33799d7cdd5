import { type Config, largestRatio } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import type { BatchSource, LiveSettings, Stats } from '../core/source.js';
import type { GeneratedClip } from '../generator/index.js';
import type { Dataset, LoaderSource, Profile } from '../loader/index.js';
import { createMixer } from '../mixers/index.js';
import type { FoundModel } from './find-model.js';
import { guardedSource } from './guarded-source.js';
import { type ClipMaker, openSynthetic } from './open-synthetic.js';
import { streamInfo } from './stream-info.js';
import type { StreamFigures } from './stream-totals.js';

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
  /** Told of each generated clip that enters the stream; must not keep or change it. */
  readonly onClip?: ((clip: GeneratedClip) => void) | undefined;
}

/** A stream of mixed batches; `close` closes the mixer and the synthetic samples, not the parts. */
export interface MixedStream {
  readonly source: BatchSource;
  readonly figures: StreamFigures;
  close(): Promise<void>;
}

/**
 * Mixes real and synthetic samples of one profile into a stream that keeps the configuration's rules.
 *
 * @throws ModelError, ConfigError as `openSynthetic` and `createMixer`
 */
export async function mixedStream(parts: StreamParts, logger: Logger): Promise<MixedStream> {
  const { config, dataset, profile, real, maker, model, settings, number, onClip } = parts;
  const ratio = largestRatio(settings);
  const isStrict = config.mix.mode === 'strict';
  const stream = { profile, real, ratio, number };
  const synthetic = maker && (await openSynthetic(config, maker, stream, logger, onClip));
  try {
    const mixer = createMixer({
      real,
      synthetic: synthetic?.source ?? null,
      info: streamInfo(config, dataset, profile, model),
      settings,
      policy: isStrict ? 'wait' : config.mix.policy,
      classChoice: config.mix.classes,
      exact: isStrict,
    });
    const made = synthetic && maker ? [synthetic.stats, maker.stats] : [];
    return {
      source: guardedSource(mixer, config, dataset.split, [real.stats, ...made]),
      figures: {
        own: () => Object.assign({}, ...[mixer.stats, ...made].map((stats) => stats())) as Stats,
        loader: real.stats,
        stall: () => mixer.stall(),
      },
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
