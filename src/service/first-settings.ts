import type { Config } from '../config/index.js';
import type { LiveSettings } from '../core/source.js';
import type { FoundModel } from './find-model.js';
import { gateSettings } from './gate-settings.js';
import { guidanceSettings } from './guidance-settings.js';

/** The live settings of the first batch under a configuration; those of the generator only where there is one. */
export function firstSettings(
  config: Pick<Config, 'mix' | 'gate' | 'generator'>,
  model: Pick<FoundModel, 'manifest'> | null,
): LiveSettings {
  const { ratio, schedule, classWeights } = config.mix;
  return {
    ratio,
    paused: false,
    ...(schedule === undefined ? {} : { schedule }),
    ...(classWeights === undefined ? {} : { classWeights }),
    ...(model ? gateSettings(config, model.manifest) : {}),
    ...(model ? guidanceSettings(config, model.manifest) : {}),
  };
}
