import { isIP } from 'node:net';
import { ConfigError } from '../core/errors.js';
import { schedulePeak } from '../core/ratio-schedule.js';
import type { LiveSettings } from '../core/source.js';
import type { Config } from './schema.js';

/** Ratio of a stream whose settings name none, on a training split (arXiv 2312.02253: gains end where synthetic samples dominate). */
export const DEFAULT_RATIO = 0.3;
/** Above this ratio a warning is given. */
export const WARN_RATIO = 0.5;
/** Above this ratio `mix.force` is asked for. */
export const FORCE_RATIO = 0.75;

/** True for a split that may hold synthetic samples: its last part is `train`. Everything else is for evaluation and stays real. */
export function isTrainingSplit(split: string): boolean {
  return /(^|\/)train$/.test(split);
}

/** The largest ratio that settings ask for: that of the schedule where there is one. */
export function largestRatio({ ratio, schedule }: Pick<LiveSettings, 'ratio' | 'schedule'>): number {
  return schedule ? schedulePeak(schedule) : ratio;
}

/** What stands against a ratio under these settings, or null; used at the start and for every live change. */
export function ratioObjection(
  ratio: number,
  config: Pick<Config, 'split'> & { mix: Pick<Config['mix'], 'force'> },
): string | null {
  if (ratio > 0 && !isTrainingSplit(config.split))
    return `split "${config.split}" is for evaluation and never takes synthetic samples: leave the ratio at 0, or name a training split`;
  if (ratio > FORCE_RATIO && !config.mix.force)
    return `above ${FORCE_RATIO} accuracy usually falls, since the synthetic samples outnumber the real ones: lower it, or allow it with --mix-force`;
  return null;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Checks the rules between settings of a complete configuration.
 *
 * @param nameOf how to name a setting with its value and origin in a message
 * @returns warnings, to be logged once
 * @throws ConfigError CONFIG_CONFLICT
 */
export function checkRules(config: Config, nameOf: (path: string) => string): string[] {
  const most = largestRatio(config.mix);
  const path = config.mix.schedule ? 'mix.schedule' : 'mix.ratio';
  const objection = ratioObjection(most, config);
  if (objection) throw new ConfigError('CONFIG_CONFLICT', `${nameOf(path)}: ${objection}`, { details: { path } });
  if (!isLoopback(config.serve.host) && !config.serve.insecure && config.serve.keys === undefined)
    throw new ConfigError(
      'CONFIG_CONFLICT',
      `${nameOf('serve.host')}: other machines could reach it, and the stream is neither encrypted nor protected; name a folder of keys with ` +
        '--serve-keys, listen on 127.0.0.1 and use an SSH tunnel, or allow it with --serve-insecure in a network that you trust',
      { details: { path: 'serve.host' } },
    );
  if (config.http.enabled && !isLoopback(config.http.host) && !config.serve.insecure)
    throw new ConfigError(
      'CONFIG_CONFLICT',
      `${nameOf('http.host')}: other machines could reach the live page, and anybody there could change the stream; listen on 127.0.0.1 and ` +
        'use an SSH tunnel, or allow it with --serve-insecure in a network that you trust',
      { details: { path: 'http.host' } },
    );
  return most > WARN_RATIO
    ? [`${nameOf(path)}: above ${WARN_RATIO} synthetic samples outnumber the real ones, and accuracy may fall (arXiv 2312.02253)`]
    : [];
}
