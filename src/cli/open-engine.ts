import type { Config } from '../config/index.js';
import type { Engine } from '../engine/index.js';
import type { CommandContext } from './command-context.js';

/**
 * The tensor engine that a configuration names, for work in this process.
 *
 * @throws as `selectEngine`
 */
export async function openEngine({ engine }: Config, { logger }: CommandContext): Promise<Engine> {
  const { selectEngine } = await import('../engine/index.js');
  const { name, threads, cache, fallback, precision } = engine;
  const cacheFolder = cache === 'off' ? undefined : cache;
  return selectEngine({ name, fallback, cacheFolder, precision, logger, ...(threads === 0 ? {} : { threads }) });
}
