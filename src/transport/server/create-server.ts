import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Router } from 'zeromq';
import { coded } from '../../core/log-codes.js';
import type { Stats } from '../../core/source.js';
import { parseEndpoint } from '../endpoint.js';
import { guardDomain, watchAllowList } from '../security/index.js';
import { bindEndpoint } from './bind.js';
import { released } from './released.js';
import { resolveServerOptions, type ServerOptions, type ServerSettings } from './server-options.js';
import type { SessionInfo } from './session.js';
import type { SessionEvent } from './session-table.js';
import { StreamHub } from './stream-hub.js';

/** A running server. */
export interface StreamServer extends AsyncDisposable {
  /** The addresses that it listens on, ports and paths filled in. */
  readonly endpoints: readonly string[];
  /** The sessions of this moment. */
  sessions(): SessionInfo[];
  /** Calls the listener when a session opens, falls silent, comes back or closes; returns the way to stop that. */
  onSession(listener: (event: SessionEvent) => void): () => void;
  /** The source's statistics and the server's own, `server.*`: what STATS answers. */
  stats(): Stats;
  /** Says BYE to all, stops listening, removes socket files, closes the streams that were opened for sessions, but not the main one. Idempotent. */
  close(reason?: string): Promise<void>;
}

/** Longest queue of outgoing messages for one peer: far above the credit cap, so only a peer that reads nothing gets there. */
const SEND_MARK = 1024;

/** Frames beyond this end the connection; up to it, one beyond 1 MiB is answered with `too_large`. */
const HARD_INBOUND_BYTES = 4 * 1024 * 1024;

function openRouter(ipv6: boolean, curve: ServerSettings['curve'], domain: string): Router {
  return new Router({
    mandatory: true,
    sendTimeout: 0,
    sendHighWaterMark: SEND_MARK,
    maxMessageSize: HARD_INBOUND_BYTES,
    linger: 0,
    heartbeatInterval: 1000,
    heartbeatTimeout: 3000,
    heartbeatTimeToLive: 3000,
    handshakeInterval: 5000,
    ipv6,
    ...(curve
      ? {
          curveServer: true,
          curvePublicKey: curve.publicKey,
          curveSecretKey: curve.secretKey,
          zapDomain: domain,
          zapEnforceDomain: true,
        }
      : {}),
  });
}

/**
 * Starts a server that hands a source's batches to whoever connects (docs/protocol.md).
 *
 * @throws TransportError PORT_IN_USE (who listens, what to do), ADDRESS_INVALID (form, folder, an address that other machines
 *   reach without `insecure`); ConfigError CONFIG_INVALID for a wrong option
 */
export async function createServer(options: ServerOptions): Promise<StreamServer> {
  const host = hostname();
  const settings = resolveServerOptions(options, host);
  const wanted = settings.endpoints.map(parseEndpoint);
  const { curve, logger } = settings;
  const domain = `skelmix-${randomUUID()}`;
  const allowList = curve && watchAllowList(curve.allowFile, logger);
  const unguard = allowList
    ? await guardDomain(domain, allowList, (key, allowed) => {
        if (!allowed)
          logger.warn(
            `a client with the key ${key} may not connect: allow it with "skelmix keys allow"`,
            coded('CLIENT_NOT_ALLOWED'),
          );
      })
    : async () => {};
  const ipv6 = wanted.some((endpoint) => endpoint.kind === 'tcp' && endpoint.host.startsWith('['));
  const router = openRouter(ipv6, curve, domain);
  const endpoints: string[] = [];
  try {
    for (const endpoint of wanted) endpoints.push(await bindEndpoint(router, endpoint, settings.insecure || curve !== undefined));
  } catch (error) {
    router.close();
    await Promise.all(endpoints.map(released));
    await unguard();
    throw error;
  }
  const hub = new StreamHub(router, settings, host, endpoints, allowList);
  let closing: Promise<void> | undefined;
  const shutDown = async (reason: string): Promise<void> => {
    hub.stop(reason);
    router.linger = settings.lingerMs;
    router.close();
    await hub.stopped;
    await hub.closeStreams();
    await unguard();
    await Promise.all(endpoints.map(released));
  };
  const close = (reason = 'the server stops'): Promise<void> => {
    closing ??= shutDown(reason);
    return closing;
  };
  return {
    endpoints,
    sessions: () => hub.sessionInfos(),
    onSession: (listener) => hub.onSession(listener),
    stats: () => hub.stats(),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
