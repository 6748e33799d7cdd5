import { type Config, isTrainingSplit, ratioObjection } from '../config/index.js';
import { ConfigError } from '../core/errors.js';
import { criterionOf } from '../core/gate-criteria.js';
import type { Logger } from '../core/logger.js';
import type { BatchSource } from '../core/source.js';
import { createRealSource } from '../loader/index.js';
import { createMixer } from '../mixers/index.js';
import { clipMaker } from './clip-maker.js';
import type { ClipPreview } from './clip-preview.js';
import { findModel } from './find-model.js';
import { gateSettings } from './gate-settings.js';
import { guardedSource } from './guarded-source.js';
import { openConfiguredDataset } from './open-configured-dataset.js';
import { openSynthetic } from './open-synthetic.js';
import { streamInfo } from './stream-info.js';
import { streamProfile } from './stream-profile.js';

/** A stream of mixed batches and everything behind it. */
export interface OpenStream {
  readonly source: BatchSource;
  /** Closes the mixer, then what it takes from. Idempotent. */
  close(): Promise<void>;
}

/**
 * Wires data set, profile, real source, model, generator and mixer as the configuration says. Whatever was opened before a
 * failure is closed again.
 *
 * @param preview is shown the clips
 * @throws ConfigError, DataError, ModelError of the parts
 */
export async function openStream(config: Config, logger: Logger, preview?: ClipPreview): Promise<OpenStream> {
  const closers: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const dataset = await openConfiguredDataset(config, logger);
    const { split } = dataset;
    const objection = ratioObjection(config.mix.ratio, { split, mix: config.mix });
    if (objection) throw new ConfigError('CONFIG_CONFLICT', `mix.ratio is ${config.mix.ratio}: ${objection}`);
    const profile = streamProfile(config, dataset);
    const model = isTrainingSplit(split) ? await findModel(config, dataset, logger) : null;
    const real = await createRealSource(dataset, { ...config.loader, profile, seed: config.seed, logger });
    closers.push(() => real.close());
    const synthetic = model && (await openSynthetic(config, model, dataset, profile, real.classShares, logger, preview?.keep));
    if (synthetic) closers.push(() => synthetic.close());
    preview?.attach({ dataset, maker: synthetic && model && clipMaker(config, model, synthetic.generator) });
    const isStrict = config.mix.mode === 'strict';
    const mixer = createMixer({
      real,
      synthetic: synthetic?.source ?? null,
      info: streamInfo(config, dataset, profile, model),
      settings: { ratio: config.mix.ratio, paused: false, ...(model ? gateSettings(config, model.manifest) : {}) },
      policy: isStrict ? 'wait' : config.mix.policy,
      classChoice: config.mix.classes,
      exact: isStrict,
    });
    closers.push(() => mixer.close());
    mixer.onChange(({ key, value }) => {
      const criterion = criterionOf(key);
      if (criterion) synthetic?.setGate(criterion, value as number);
    });
    const parts = [real.stats, ...(synthetic ? [synthetic.stats] : [])];
    return {
      source: guardedSource(mixer, config, split, parts),
      close: () => {
        closing ??= closeAll();
        return closing;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
