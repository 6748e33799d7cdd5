import { type Config, type ConfigInput, parseConfig } from '../config/index.js';
import { type Logger, silentLogger } from '../core/logger.js';
import type { BatchSource, Stats } from '../core/source.js';
import {
  allowFileOf,
  createServer,
  readServerKeys,
  type ServerCurve,
  type SessionEvent,
  type SessionInfo,
} from '../transport/index.js';
import { openServiceJournal, takeOverSettings } from './open-service-journal.js';
import { openStream } from './open-stream.js';
import { serveEndpoints } from './serve-endpoints.js';

export interface ServiceOptions {
  /** Default: silent. */
  readonly logger?: Logger;
  /** Other addresses than those of `serve`, e.g. `inproc://NAME`. */
  readonly endpoints?: readonly string[];
}

/** A stream that is served to whoever connects. */
export interface Service extends AsyncDisposable {
  /** Addresses to connect to, ports and paths filled in; the first is TCP unless other ones were given. */
  readonly endpoints: readonly string[];
  readonly source: BatchSource;
  readonly config: Config;
  /** Figures of loader, generator, mixer and server by dotted name. */
  stats(): Stats;
  sessions(): SessionInfo[];
  /** Calls the listener when a consumer comes, falls silent or goes; returns the way to stop that. */
  onSession(listener: (event: SessionEvent) => void): () => void;
  /** Says goodbye to the consumers, then closes mixer, generator and loader. Idempotent. */
  close(reason?: string): Promise<void>;
}

/** The keys that a configuration names. @throws ConfigError CONFIG_FILE_MISSING, CONFIG_INVALID */
function curveOf({ serve: { keys } }: Config): ServerCurve | undefined {
  return keys === undefined ? undefined : { ...readServerKeys(keys), allowFile: allowFileOf(keys) };
}

/**
 * Starts a stream and serves it. Resolves when consumers can connect.
 *
 * @throws ConfigError, DataError, ModelError as `openStream`; TransportError PORT_IN_USE, ADDRESS_INVALID
 */
export async function createService(input: ConfigInput, options: ServiceOptions = {}): Promise<Service> {
  const { logger = silentLogger } = options;
  const { config, warnings } = parseConfig(input);
  for (const warning of warnings) logger.warn(warning);
  const stream = await openStream(config, logger);
  const { source } = stream;
  try {
    const endpoints = options.endpoints ?? serveEndpoints(config);
    const journal = openServiceJournal(config, source, logger);
    const server = await createServer({
      source,
      endpoints,
      logger,
      insecure: config.serve.insecure,
      journal,
      curve: curveOf(config),
    }).catch((error) => {
      journal?.close();
      throw error;
    });
    takeOverSettings(config, source, journal);
    const close = async (reason?: string): Promise<void> => {
      await server.close(reason);
      await stream.close();
    };
    return {
      endpoints: server.endpoints,
      source,
      config,
      stats: () => server.stats(),
      sessions: () => server.sessions(),
      onSession: (listener) => server.onSession(listener),
      close,
      [Symbol.asyncDispose]: () => close(),
    };
  } catch (error) {
    await stream.close();
    throw error;
  }
}
