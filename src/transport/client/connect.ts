import { createRequire } from 'node:module';
import { messageOf, TransportError } from '../../core/errors.js';
import type { Change, LiveKey, LiveSettings, Stats, StreamInfo } from '../../core/source.js';
import { formatEndpoint, parseEndpoint } from '../endpoint.js';
import { type Hello, PROTOCOL_VERSION, streamInfoOf } from '../protocol/index.js';
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

function helloOf(mode: Hello['mode'], { credit, dtype, name }: ClientSettings): Hello {
  return {
    k: 'HELLO',
    v: [PROTOCOL_VERSION, PROTOCOL_VERSION],
    client: `skelmix/${version}`,
    lang: `node/${process.versions.node}`,
    mode,
    credit: mode === 'share' ? credit : 0,
    dtype: dtype === '<f4' ? undefined : dtype,
    name,
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
  const session = new ClientSession(endpoint, helloOf('share', settings), settings, stream);
  stream.attach(session);
  await session.open();
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
  const first = await openStream(clientEndpoint(endpoint), settings);
  const ipc = settings.preferIpc ? localIpcEndpoint(first.session.endpoint, first.session.welcome) : undefined;
  if (ipc === undefined) return first.stream;
  try {
    const connectTimeoutMs = Math.min(IPC_TIMEOUT_MS, settings.connectTimeoutMs);
    const second = await openStream(ipc, { ...settings, connectTimeoutMs });
    // Another container may have the same host name and its own server at the same path.
    const same = second.session.welcome.bootId === first.session.welcome.bootId;
    (same ? first : second).session.close(same ? 'goes on over ipc' : 'another server');
    return same ? second.stream : first.stream;
  } catch (error) {
    settings.signal?.throwIfAborted();
    settings.logger.debug(`staying with ${first.session.endpoint}, ${ipc} can't be used: ${messageOf(error)}`);
    return first.stream;
  }
}

/**
 * Connects for settings and statistics only: gets no batches and counts as no consumer.
 *
 * @throws as `connect`
 */
export async function connectControl(
  endpoint: string,
  options: Pick<ConnectOptions, 'connectTimeoutMs' | 'signal' | 'name' | 'logger'> = {},
): Promise<Control> {
  const settings = resolveConnectOptions(options);
  let settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  const closed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  closed.catch(() => undefined);
  const nothing = (): void => undefined;
  const feed: SessionFeed = {
    welcomed: nothing,
    batch: nothing,
    epochEnded: nothing,
    stalled: nothing,
    failed: nothing,
    tick: nothing,
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
