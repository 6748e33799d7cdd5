import { ConfigError } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import type { BatchSource, StreamProvider } from '../../core/source.js';
import type { KeyPair } from '../security/index.js';
import type { Journal } from './journal/index.js';
import { singleStream } from './single-stream.js';

/** Encryption and access control of a server. */
export interface ServerCurve extends KeyPair {
  /** Path of the list of clients that may connect, with their roles; read again when it changes. */
  readonly allowFile: string;
}

export interface ServerOptions {
  /** The one stream that is served, in mode `share` alone; this or `provider` must be there. The server never closes it. */
  readonly source?: BatchSource;
  /** Opens the streams that sessions ask for; the server closes those, but not the main one. */
  readonly provider?: StreamProvider;
  /** Encrypts all connections and lets only the clients of a list connect. Default: neither. */
  readonly curve?: ServerCurve | undefined;
  /** Where live changes and what is processed are written before they count. Default: nowhere. The server closes it. */
  readonly journal?: Journal | undefined;
  /** At least one of `tcp://HOST:PORT` (0 = any free port), `ipc://PATH`, `inproc://NAME`. */
  readonly endpoints: readonly string[];
  /** Most outstanding credit and unacknowledged batches together that one session may hold. Default 64. */
  readonly maxCredit?: number;
  /** Most sessions at once. Default 256. */
  readonly maxSessions?: number;
  /** Most groups at once. Default 64. */
  readonly maxGroups?: number;
  /** Most HELLOs a second. Default 200. */
  readonly maxHellosPerSecond?: number;
  /** Most messages a second of one session. Default 50000. */
  readonly maxMessagesPerSecond?: number;
  /** Requests for samples by index that one session may have open. Default 16. */
  readonly maxRequests?: number;
  /** Most payload bytes of one message of samples. Default 8 MiB. */
  readonly maxSampleBytes?: number;
  /** A session that was silent for so long is sent a PING. Default 2000. */
  readonly pingMs?: number;
  /** A session that was silent for so long gets nothing more. Default 15000. */
  readonly timeoutMs?: number;
  /** After so much more silence its batches go to others. Default 2000. */
  readonly graceMs?: number;
  /** Age from which an unacknowledged batch counts as overdue in the statistics. Default 60000. */
  readonly leaseMs?: number;
  /** A session that waits so long for a batch is told why, and again each time as much passes. Default 2000. */
  readonly stallMs?: number;
  /** Longest that messages may linger after `close`. Default 500. */
  readonly lingerMs?: number;
  /** Allows addresses that other machines reach, without encryption or access control. Default false. */
  readonly insecure?: boolean;
  /** How the server calls itself. Default `skelmix@HOST`. */
  readonly name?: string;
  /** Default: silent. */
  readonly logger?: Logger;
}

export type ServerSettings = Required<Omit<ServerOptions, 'source' | 'journal' | 'curve'>> &
  Pick<ServerOptions, 'journal' | 'curve'>;

const WHOLE_FROM_ONE = [
  'maxCredit',
  'maxSessions',
  'maxGroups',
  'maxHellosPerSecond',
  'maxMessagesPerSecond',
  'maxRequests',
  'maxSampleBytes',
  'pingMs',
  'timeoutMs',
  'leaseMs',
  'stallMs',
] as const;

function providerOf({ source, provider }: ServerOptions): StreamProvider {
  if (provider && !source) return provider;
  if (source && !provider) return singleStream(source);
  throw new ConfigError('CONFIG_INVALID', 'a server needs either a source or a provider of streams');
}

/**
 * Fills in the defaults.
 *
 * @throws ConfigError CONFIG_INVALID for a number that is not whole or too small, or no endpoint
 */
export function resolveServerOptions(options: ServerOptions, host: string): ServerSettings {
  const settings: ServerSettings = {
    provider: providerOf(options),
    journal: options.journal,
    curve: options.curve,
    endpoints: options.endpoints,
    maxCredit: options.maxCredit ?? 64,
    maxSessions: options.maxSessions ?? 256,
    maxGroups: options.maxGroups ?? 64,
    maxHellosPerSecond: options.maxHellosPerSecond ?? 200,
    maxMessagesPerSecond: options.maxMessagesPerSecond ?? 50_000,
    maxRequests: options.maxRequests ?? 16,
    maxSampleBytes: options.maxSampleBytes ?? 8 * 1024 * 1024,
    pingMs: options.pingMs ?? 2000,
    timeoutMs: options.timeoutMs ?? 15000,
    graceMs: options.graceMs ?? 2000,
    leaseMs: options.leaseMs ?? 60000,
    stallMs: options.stallMs ?? 2000,
    lingerMs: options.lingerMs ?? 500,
    insecure: options.insecure ?? false,
    name: options.name ?? `skelmix@${host}`,
    logger: options.logger ?? silentLogger,
  };
  for (const key of WHOLE_FROM_ONE)
    if (!Number.isInteger(settings[key]) || settings[key] < 1)
      throw new ConfigError('CONFIG_INVALID', `${key} must be a whole number >= 1, got ${settings[key]}`, { details: { key } });
  for (const key of ['graceMs', 'lingerMs'] as const)
    if (!Number.isInteger(settings[key]) || settings[key] < 0)
      throw new ConfigError('CONFIG_INVALID', `${key} must be a whole number >= 0, got ${settings[key]}`, { details: { key } });
  if (settings.timeoutMs <= settings.pingMs)
    throw new ConfigError(
      'CONFIG_INVALID',
      `timeoutMs (${settings.timeoutMs}) must be greater than pingMs (${settings.pingMs}), or a session dies before it is asked`,
    );
  if (settings.endpoints.length === 0)
    throw new ConfigError('CONFIG_INVALID', 'endpoints is empty; give at least one address, e.g. tcp://127.0.0.1:0');
  return settings;
}
