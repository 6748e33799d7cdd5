import { createRequire } from 'node:module';
import { messageOf, TransportError } from '../../core/errors.js';
import type { Change, LiveKey, LiveSettings, Stats, StreamInfo } from '../../core/source.js';
import { formatEndpoint, parseEndpoint } from '../endpoint.js';
import { type Hello, PROTOCOL_VERSION, streamInfoOf } from '../protocol/index.js';
import { keyProof } from '../security/index.js';
import { ClientSession, type SessionFeed } from './client-session.js';
import { type ClientSettings, type ConnectOptions, resolveConnectOptions } from './options.js';
import { localIpcEndpoint } from './prefer-ipc.js';
import { type RemoteStream, SessionStream } from './remote-stream.js';

const { version } = createRequire(import.meta.url)('skelmix/package.json') as { version: string };

/** Longest wait for the ipc socket before TCP is kept, ms. */
const IPC_TIMEOUT_MS = 1000;

/** A connection for settings and statistics, without batches. */
export interface Control extends AsyncDisposable {
  readonly endpoint: string;
  readonly info: StreamInfo;
  readonly settings: LiveSettings;
  readonly rev: number;
  /** As RemoteStream.set. */
  set(key: LiveKey, value: unknown, options?: { readonly ifRev?: number }): Promise<Change>;
  stats(): Promise<Stats>;
  onChange(listener: (change: Change) => void): () => void;
  /** Resolves when the connection has ended: by `close`, or because the server stopped; rejects where the server was lost. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

const nothing = (): void => undefined;

/** For sessions that nobody consumes. */
const SILENT_FEED: SessionFeed = {
  welcomed: nothing,
  batch: nothing,
  epochEnded: nothing,
  stalled: nothing,
  failed: nothing,
  tick: nothing,
  ended: nothing,
};

function helloOf(mode: Hello['mode'], settings: ClientSettings): Hello {
  const { credit, dtype, name, group, rank, world, profile, split, expect, state, force, curve } = settings;
  const resume =
    state && !force && mode !== 'share'
      ? { session: state.session, epoch: state.epoch, step: state.step, logHash: state.logHash }
      : undefined;
  const common = {
    k: 'HELLO',
    v: [PROTOCOL_VERSION, PROTOCOL_VERSION],
    client: `skelmix/${version}`,
    lang: `node/${process.versions.node}`,
    mode,
    credit: mode === 'control' || mode === 'indexed' ? 0 : credit,
    dtype: dtype === '<f4' ? undefined : dtype,
    name,
    auth: curve && { key: curve.publicKey, proof: keyProof(curve, curve.serverKey) },
  } as const;
  if (mode === 'control') return common;
  return {
    ...common,
    group: group ?? (resume && state?.group !== '' ? state?.group : undefined),
    rank,
    world,
    profile,
    split,
    expect,
    resume,
  };
}

/** An address that a client can connect to. */
function clientEndpoint(address: string): string {
  const endpoint = parseEndpoint(address);
  if (endpoint.kind === 'tcp' && (endpoint.port === 0 || endpoint.host === '*'))
    throw new TransportError('ADDRESS_INVALID', `address "${address}": a client needs the server's host and port`);
  return formatEndpoint(endpoint);
}

async function openStream(
  endpoint: string,
  settings: ClientSettings,
): Promise<{ stream: SessionStream; session: ClientSession }> {
  const stream = new SessionStream(settings);
  const session = new ClientSession(endpoint, helloOf(settings.mode, settings), settings, stream);
  stream.attach(session);
  await session.open();
  const { state, force, mode } = settings;
  if (state && (force || mode === 'share')) {
    const { epoch, step, logHash } = state;
    try {
      await session.seek({ epoch, step, logHash, force });
    } catch (error) {
      session.close('could not go on from its state');
      throw error;
    }
  }
  return { stream, session };
}

/**
 * Connects to a server and waits for its WELCOME. Batches are asked for when the loop begins.
 *
 * @param endpoint `tcp://HOST:PORT`, `ipc://PATH`, or `inproc://NAME` of a server in this process
 * @throws TransportError ADDRESS_INVALID, TIMEOUT (nobody answers), PROTOCOL_VERSION, REFUSED; ConfigError CONFIG_INVALID for a
 *   wrong option; the abort signal's reason
 */
export async function connect(endpoint: string, options: ConnectOptions = {}): Promise<RemoteStream> {
  const settings = resolveConnectOptions(options);
  const at = clientEndpoint(endpoint);
  if (!settings.preferIpc || !at.startsWith('tcp:')) return (await openStream(at, settings)).stream;
  // A place in a group can't be taken twice, so a session without one looks for the socket.
  const probe = new ClientSession(at, helloOf('control', settings), settings, SILENT_FEED);
  await probe.open();
  const { bootId } = probe.welcome;
  const ipc = localIpcEndpoint(at, probe.welcome);
  probe.close('has seen the addresses');
  if (ipc === undefined) return (await openStream(at, settings)).stream;
  if (await isServer(ipc, bootId, settings)) return (await openStream(ipc, settings)).stream;
  return (await openStream(at, settings)).stream;
}

/** Whether the socket answers, and is of the same server: another container may have the same host name and path. */
async function isServer(ipc: string, bootId: string, settings: ClientSettings): Promise<boolean> {
  const connectTimeoutMs = Math.min(IPC_TIMEOUT_MS, settings.connectTimeoutMs);
  const session = new ClientSession(ipc, helloOf('control', settings), { ...settings, connectTimeoutMs }, SILENT_FEED);
  try {
    await session.open();
    return session.welcome.bootId === bootId;
  } catch (error) {
    settings.signal?.throwIfAborted();
    settings.logger.debug(`${ipc} can't be used: ${messageOf(error)}`);
    return false;
  } finally {
    session.close('has seen the server');
  }
}

/**
 * Connects for settings and statistics only: gets no batches and counts as no consumer.
 *
 * @throws as `connect`
 */
export async function connectControl(
  endpoint: string,
  options: Pick<ConnectOptions, 'connectTimeoutMs' | 'signal' | 'name' | 'logger' | 'curve'> = {},
): Promise<Control> {
  const settings = resolveConnectOptions(options);
  let settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  const closed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  closed.catch(() => undefined);
  const feed: SessionFeed = {
    ...SILENT_FEED,
    ended: (outcome) => ('error' in outcome ? settle?.reject(outcome.error) : settle?.resolve()),
  };
  const session = new ClientSession(clientEndpoint(endpoint), helloOf('control', settings), settings, feed);
  await session.open();
  const close = async (): Promise<void> => session.close('done');
  return {
    endpoint: session.endpoint,
    get info() {
      return streamInfoOf(session.welcome);
    },
    get settings() {
      return session.liveSettings;
    },
    get rev() {
      return session.rev;
    },
    closed,
    set: (key, value, { ifRev } = {}) => session.set(key, value, ifRev),
    stats: () => session.stats(),
    onChange: (listener) => session.onChange(listener),
    close,
    [Symbol.asyncDispose]: close,
  };
}
