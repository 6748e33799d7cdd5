import { ConfigError } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';

export interface ConnectOptions {
  /** Batches asked for ahead: 2 is enough on one host, more hides a longer way; a change of ratio waits for so many. Default 4. */
  readonly credit?: number;
  /** Longest wait for the server's WELCOME, and for each answer to `set` and `stats`. Default 5000. */
  readonly connectTimeoutMs?: number;
  /** Longest wait for the first batch. Default 30000. */
  readonly firstBatchTimeoutMs?: number;
  /** Longest wait for each later batch; undefined (default) waits as long as the server lives. */
  readonly batchTimeoutMs?: number;
  /** Ends the stream with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How the server's lists name this consumer. */
  readonly name?: string;
  /** Goes over to the server's ipc socket where that is on this machine (about twice as fast as TCP). Default true. */
  readonly preferIpc?: boolean;
  /** `<f2` halves the bytes of x on the way; values come out as float32 all the same. Default `<f4`. */
  readonly dtype?: '<f4' | '<f2';
  /** Default: silent. */
  readonly logger?: Logger;
}

export interface ClientSettings {
  readonly credit: number;
  readonly connectTimeoutMs: number;
  readonly firstBatchTimeoutMs: number;
  readonly batchTimeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly name: string | undefined;
  readonly preferIpc: boolean;
  readonly dtype: '<f4' | '<f2';
  readonly logger: Logger;
}

/**
 * Fills in the defaults.
 *
 * @throws ConfigError CONFIG_INVALID
 */
export function resolveConnectOptions(options: ConnectOptions): ClientSettings {
  const settings: ClientSettings = {
    credit: options.credit ?? 4,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    firstBatchTimeoutMs: options.firstBatchTimeoutMs ?? 30000,
    batchTimeoutMs: options.batchTimeoutMs,
    signal: options.signal,
    name: options.name,
    preferIpc: options.preferIpc ?? true,
    dtype: options.dtype ?? '<f4',
    logger: options.logger ?? silentLogger,
  };
  if (!Number.isInteger(settings.credit) || settings.credit < 1)
    throw new ConfigError('CONFIG_INVALID', `credit must be a whole number >= 1, got ${settings.credit}`);
  for (const key of ['connectTimeoutMs', 'firstBatchTimeoutMs', 'batchTimeoutMs'] as const) {
    const value = settings[key];
    if (value !== undefined && !(value > 0)) throw new ConfigError('CONFIG_INVALID', `${key} must be above 0, got ${value}`);
  }
  return settings;
}
