import { ConfigError } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import type { StreamRequest } from '../../core/source.js';
import type { Expectation, SessionMode } from '../protocol/index.js';

/** Keys of an encrypted connection, 40 characters (Z85) each, as `skelmix keys new` makes them. */
export interface CurveKeys {
  /** Public key of the server. */
  readonly serverKey: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Where a loop stands, for a checkpoint: plain data. */
export interface StreamState {
  readonly epoch: number;
  /** The step to go on with: all before it are processed. */
  readonly step: number;
  readonly rev: number;
  /** Digest of the live changes so far. */
  readonly logHash: string;
  /** Group and session that the place was reached in. */
  readonly group: string;
  readonly session: string;
}

export interface ConnectOptions {
  /**
   * `share` (default): every batch goes to one of the consumers. `broadcast`: this consumer has the whole stream. `lockstep`: one of
   * `world` ranks that go step by step. `indexed`: samples by index only (`items`).
   */
  readonly mode?: Exclude<SessionMode, 'control'>;
  /** Consumers of one group share a stream. Default: the server's own group; in `broadcast` one of its own. */
  readonly group?: string;
  /** Number of this consumer in `lockstep`, and how many there are. */
  readonly rank?: number;
  readonly world?: number;
  /** Profile of the recognizer, with arguments in its own words. Default: what the server is configured for. */
  readonly profile?: StreamRequest['profile'];
  /** Split of the data set. Default: what the server is configured for. */
  readonly split?: string;
  /** What the caller's network takes; a stream that has something else is refused. */
  readonly expect?: Expectation;
  /** Goes on where `RemoteStream.state` was taken. */
  readonly state?: StreamState;
  /** Moves to `state` although the server's log of changes is another. Default false. */
  readonly force?: boolean;
  /** Encrypts the connection. Default: plain. */
  readonly curve?: CurveKeys | undefined;
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

export interface ClientSettings
  extends Pick<ConnectOptions, 'group' | 'rank' | 'world' | 'profile' | 'split' | 'expect' | 'state' | 'force' | 'curve'> {
  readonly mode: Exclude<SessionMode, 'control'>;
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

const CONSUMER_MODES = ['share', 'broadcast', 'lockstep', 'indexed'] as const;

/**
 * Fills in the defaults.
 *
 * @throws ConfigError CONFIG_INVALID
 */
export function resolveConnectOptions(options: ConnectOptions): ClientSettings {
  const { group, rank, world, profile, split, expect, state, force, curve } = options;
  const settings: ClientSettings = {
    mode: options.mode ?? 'share',
    group,
    rank,
    world,
    profile,
    split,
    expect,
    state,
    force,
    curve,
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
  if (!(CONSUMER_MODES as readonly string[]).includes(settings.mode))
    throw new ConfigError('CONFIG_INVALID', `mode must be one of ${CONSUMER_MODES.join(', ')}, got ${settings.mode}`);
  if (settings.mode === 'lockstep' && !(Number.isInteger(rank) && Number.isInteger(world) && rank! >= 0 && rank! < world!))
    throw new ConfigError('CONFIG_INVALID', `mode lockstep needs a rank from 0 to world - 1, got rank ${rank} of ${world}`);
  if (!Number.isInteger(settings.credit) || settings.credit < 1)
    throw new ConfigError('CONFIG_INVALID', `credit must be a whole number >= 1, got ${settings.credit}`);
  for (const key of ['connectTimeoutMs', 'firstBatchTimeoutMs', 'batchTimeoutMs'] as const) {
    const value = settings[key];
    if (value !== undefined && !(value > 0)) throw new ConfigError('CONFIG_INVALID', `${key} must be above 0, got ${value}`);
  }
  return settings;
}
