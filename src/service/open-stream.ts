import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import type { BatchSource } from '../core/source.js';
import { openStreams } from './open-streams.js';

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
 * @throws ConfigError, DataError, ModelError of the parts
 */
export async function openStream(config: Config, logger: Logger): Promise<OpenStream> {
  const { main, close } = await openStreams(config, logger);
  return { source: main, close };
}
