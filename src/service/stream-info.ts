import { createHash } from 'node:crypto';
import type { Config } from '../config/index.js';
import type { StreamInfo } from '../core/source.js';
import { settingsText } from '../generator/index.js';
import type { Dataset, Profile } from '../loader/index.js';
import type { FoundModel } from './find-model.js';
import { generatorOptions } from './generator-options.js';

/** What a stream is, from its configuration and its parts; `configHash` covers every static setting that decides what it holds. */
export function streamInfo(config: Config, dataset: Dataset, profile: Profile, model: FoundModel | null): StreamInfo {
  const { seed, mix, batch } = config;
  const epochSize = config.epochSize ?? dataset.items.length;
  const modelName = model && `${model.manifest.name}@${model.manifest.version}`;
  const settings = model && settingsText(generatorOptions(config, model.folder).settings);
  const deciding = [dataset.name, dataset.split, dataset.digest, profile.digest, batch.size, epochSize, seed, mix.policy];
  const words = [...deciding, mix.classes, mix.maxReuse, modelName, settings, ...(mix.mode === 'strict' ? ['strict'] : [])];
  return {
    dataset: dataset.name,
    simulated: dataset.simulated,
    model: modelName,
    split: dataset.split,
    layout: dataset.layout,
    classes: dataset.classes,
    batchShape: { N: batch.size, ...profile.shape },
    profile: { name: profile.name, digest: profile.digest, phase: profile.phase, args: profile.args },
    fields: profile.fields,
    axes: profile.axes,
    extras: profile.extras,
    epochBatches: Math.ceil(epochSize / batch.size),
    epochSize,
    seed,
    configHash: createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 16),
  };
}
