import { readFileSync } from 'node:fs';
import { type Config, type ConfigInput, parseConfig } from '../config/index.js';
import type { Batch } from '../core/batch.js';
import { coded } from '../core/log-codes.js';
import { type Logger, silentLogger } from '../core/logger.js';
import type { BatchSource, Stats } from '../core/source.js';
import { createBatchMeter, createLogTap, startPanel } from '../panel/index.js';
import {
  allowFileOf,
  createServer,
  readServerKeys,
  type ServerCurve,
  type SessionEvent,
  type SessionInfo,
} from '../transport/index.js';
import { createClipPreview } from './clip-preview.js';
import { openServiceJournal, takeOverSettings } from './open-service-journal.js';
import { openStreams } from './open-streams.js';
import { overrideSource } from './override-source.js';
import { serveEndpoints } from './serve-endpoints.js';
import { tapStreams } from './tap-batches.js';

const { version: VERSION } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

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
  /** Address of the live page, null where `http.enabled` is not set. */
  readonly page: string | null;
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
 * Starts a stream and serves it, with its live page where `http.enabled` says so. Resolves when consumers can connect.
 *
 * @throws ConfigError, DataError, ModelError as `openStream`; TransportError PORT_IN_USE, ADDRESS_INVALID
 */
export async function createService(input: ConfigInput, options: ServiceOptions = {}): Promise<Service> {
  const log = createLogTap(options.logger ?? silentLogger);
  const { logger } = log;
  const { config, warnings } = parseConfig(input);
  for (const warning of warnings) logger.warn(warning, coded('CONFIG_DOUBTFUL'));
  const preview = config.http.enabled ? createClipPreview() : undefined;
  const streams = await openStreams(config, logger, preview);
  const closers = [streams.close];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const batches = createBatchMeter(streams.main.info.classes.length);
    const watch = (batch: Batch, waitMs: number): void => {
      batches.record(batch, waitMs);
      preview?.note(batch);
    };
    const provider = preview ? tapStreams(streams, watch) : streams;
    const source = provider.main;
    const stated = source.settings;
    const endpoints = options.endpoints ?? serveEndpoints(config);
    const journal = openServiceJournal(config, source, logger);
    const server = await createServer({
      provider,
      endpoints,
      logger,
      insecure: config.serve.insecure,
      journal,
      curve: curveOf(config),
    }).catch((error) => {
      journal?.close();
      throw error;
    });
    closers.push(() => server.close());
    takeOverSettings(stated, source, journal);
    const { stats, sessions, onSession } = server;
    // The panel shows the stall of any stream, the server each group's own.
    const watched = overrideSource(source, { stall: streams.stall });
    const shown = { source: watched, endpoints: server.endpoints, version: VERSION, stats, sessions, onSession, batches, log };
    const panel = preview && (await startPanel({ ...shown, clips: preview }, config.http));
    if (panel) closers.push(panel.close);
    const close = async (reason?: string): Promise<void> => {
      await server.close(reason);
      await closeAll();
    };
    return {
      endpoints: server.endpoints,
      page: panel?.url ?? null,
      source,
      config,
      stats,
      sessions,
      onSession,
      close,
      [Symbol.asyncDispose]: () => close(),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
