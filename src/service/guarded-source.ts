import { type Config, ratioObjection } from '../config/index.js';
import { ConfigError } from '../core/errors.js';
import { criterionOf } from '../core/gate-criteria.js';
import type { BatchSource, Stats } from '../core/source.js';
import { overrideSource } from './override-source.js';

/**
 * A source that keeps the configuration's rules for live changes too: an evaluation split stays real, and a ratio above 0.75
 * needs `mix.force`. Its statistics are the source's and those of the given parts together.
 *
 * @param split as the data set itself spells it
 */
export function guardedSource(source: BatchSource, config: Config, split: string, parts: readonly (() => Stats)[]): BatchSource {
  return overrideSource(source, {
    set(key, value, by, ifRev) {
      // Whether a clip passed the gate must be the same when the stream is repeated.
      if (config.mix.mode === 'strict' && criterionOf(key))
        throw new ConfigError(
          'CONFIG_INVALID',
          `${key} can't be set: mix.mode is strict, where the gate stays as it was at the start`,
          {
            details: { field: key, got: value },
          },
        );
      const objection = key === 'ratio' && typeof value === 'number' ? ratioObjection(value, { split, mix: config.mix }) : null;
      // Beyond 1 the source's own message says it better.
      if (objection && (value as number) <= 1)
        throw new ConfigError('CONFIG_INVALID', `ratio is ${value}: ${objection}`, { details: { field: 'ratio', got: value } });
      return source.set(key, value, by, ifRev);
    },
    stats: () => Object.assign({}, ...[() => source.stats(), ...parts].map((part) => part())) as Stats,
  });
}
