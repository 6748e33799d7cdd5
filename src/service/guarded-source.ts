import { type Config, ratioObjection } from '../config/index.js';
import { ConfigError } from '../core/errors.js';
import { criterionOf } from '../core/gate-criteria.js';
import { scaleOf } from '../core/guidance-scales.js';
import type { BatchSource, Stats } from '../core/source.js';
import { overrideSource } from './override-source.js';

/** The largest ratio that a change asks for, or undefined where it asks for none. */
function peakOf(key: string, value: unknown): number | undefined {
  if (key === 'ratio') return typeof value === 'number' ? value : undefined;
  if (key !== 'schedule' || typeof value !== 'object' || value === null) return undefined;
  const { from, to } = value as { from?: unknown; to?: unknown };
  return Math.max(...[from, to].filter((ratio) => typeof ratio === 'number'));
}

/**
 * A source that keeps the configuration's rules for live changes too: an evaluation split stays real, and a ratio above 0.75
 * needs `mix.force`. Its statistics are the source's and those of the given parts together.
 *
 * @param split as the data set itself spells it
 */
export function guardedSource(source: BatchSource, config: Config, split: string, parts: readonly (() => Stats)[]): BatchSource {
  return overrideSource(source, {
    set(key, value, by, ifRev) {
      // What a clip is and whether it passed the gate must be the same when the stream is repeated.
      if (config.mix.mode === 'strict' && (criterionOf(key) || scaleOf(key)))
        throw new ConfigError(
          'CONFIG_INVALID',
          `${key} can't be set: mix.mode is strict, where gate and guidance stay as they were at the start`,
          {
            details: { field: key, got: value },
          },
        );
      const peak = peakOf(key, value);
      const objection = peak === undefined ? null : ratioObjection(peak, { split, mix: config.mix });
      // Beyond 1 the source's own message says it better.
      if (objection && peak! <= 1) {
        const what = key === 'ratio' ? `ratio is ${peak}` : `the schedule goes up to ${peak}`;
        throw new ConfigError('CONFIG_INVALID', `${what}: ${objection}`, { details: { field: key, got: value } });
      }
      return source.set(key, value, by, ifRev);
    },
    stats: () => Object.assign({}, ...[() => source.stats(), ...parts].map((part) => part())) as Stats,
  });
}
