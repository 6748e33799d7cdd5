import type { Config } from '../config/index.js';
import { type ClipGenerator, settingsText } from '../generator/index.js';
import type { ClipRepeater } from './clip-preview.js';
import type { FoundModel } from './find-model.js';
import { generatorOptions } from './generator-options.js';

/** Makes single clips of a stream again, with the generator that the stream has. */
export function clipRepeater(
  config: Config,
  { folder, manifest }: FoundModel,
  generator: Pick<ClipGenerator, 'generate'>,
): ClipRepeater {
  return {
    identity: {
      model: `${manifest.name}@${manifest.version}`,
      settings: settingsText(generatorOptions(config, folder).settings),
      seed: config.seed,
    },
    async make(label, index, scales, signal) {
      const [clip] = await generator.generate([label], index, signal, scales);
      return clip!;
    },
  };
}
