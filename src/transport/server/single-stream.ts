import { ConfigError } from '../../core/errors.js';
import type { BatchSource, StreamProvider } from '../../core/source.js';

/** A provider with one stream that is always there, and no other. */
export function singleStream(main: BatchSource): StreamProvider {
  return {
    main,
    open: async ({ profile, split }) => {
      const [field, got] =
        profile !== undefined ? ['profile', profile.name ?? profile] : split !== undefined ? ['split', split] : ['mode'];
      throw new ConfigError(
        'CONFIG_CONFLICT',
        `this server has one stream only (${main.info.dataset} ${main.info.split}, mode "share"), no other ${field}`,
        { details: { field, got } },
      );
    },
  };
}
