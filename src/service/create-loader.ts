import { type ConfigInput, parseConfig } from '../config/index.js';
import type { Batch } from '../core/batch.js';
import { coded } from '../core/log-codes.js';
import { type Logger, silentLogger } from '../core/logger.js';
import type { Change, LiveKey, LiveSettings, Stats, StreamInfo } from '../core/source.js';
import { batchIterator, LOOP_ENDED } from './batch-iterator.js';
import { openStream } from './open-stream.js';

export interface LoaderOptions {
  /** Default: silent. */
  readonly logger?: Logger;
  /** Ends the loop with the signal's reason and closes the loader. */
  readonly signal?: AbortSignal;
  /** Batches that are built while the loop works on one; a change of ratio waits for so many. Default 1, 0 builds on demand. */
  readonly batchesAhead?: number;
}

/**
 * A stream of batches in this process, with the members of a `RemoteStream`. `for await` takes it, without end; leaving the loop
 * in any way (break, an error) closes the loader.
 */
export interface Loader extends AsyncIterable<Batch>, AsyncDisposable {
  readonly info: StreamInfo;
  readonly settings: LiveSettings;
  readonly rev: number;
  /** Share of synthetic samples asked for, in [0, 1]. */
  readonly ratio: number;
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch, undefined>;
  /**
   * Changes a live setting; `effectiveSeq` of the answer is the first batch under it.
   * @throws ConfigError CONFIG_INVALID, CONFIG_CONFLICT (`ifRev` is not the current revision); TransportError CLOSED
   */
  set(key: LiveKey, value: unknown, options?: { readonly ifRev?: number }): Promise<Change>;
  setRatio(ratio: number): Promise<Change>;
  stats(): Promise<Stats>;
  onChange(listener: (change: Change) => void): () => void;
  /** Ends the loop and closes everything. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens a stream for a loop in this process: no sockets, the same batches as `createService` would send.
 *
 * @throws ConfigError, DataError, ModelError as `openStream`; the abort signal's reason
 */
export async function createLoader(input: ConfigInput, options: LoaderOptions = {}): Promise<Loader> {
  const { logger = silentLogger, signal, batchesAhead = 1 } = options;
  signal?.throwIfAborted();
  const { config, warnings } = parseConfig(input);
  for (const warning of warnings) logger.warn(warning, coded('CONFIG_DOUBTFUL'));
  const { source, close: closeStream } = await openStream(config, logger);
  const stop = new AbortController();
  const onAbort = (): void => void close(signal!.reason);
  const close = async (reason: unknown = LOOP_ENDED): Promise<void> => {
    signal?.removeEventListener('abort', onAbort);
    stop.abort(reason);
    await closeStream();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const iterator = batchIterator(source, { ahead: batchesAhead, stop: stop.signal, close });
  const set: Loader['set'] = async (key, value, { ifRev } = {}) => source.set(key, value, 'local', ifRev);
  return {
    info: source.info,
    get settings() {
      return source.settings;
    },
    get rev() {
      return source.rev;
    },
    get ratio() {
      return source.settings.ratio;
    },
    [Symbol.asyncIterator]: () => iterator,
    set,
    setRatio: (ratio) => set('ratio', ratio),
    stats: async () => source.stats(),
    onChange: (listener) => source.onChange(listener),
    close: () => close(),
    [Symbol.asyncDispose]: () => close(),
  };
}
