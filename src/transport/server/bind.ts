import type { Router } from 'zeromq';
import { messageOf, TransportError } from '../../core/errors.js';
import { type Endpoint, formatEndpoint, isLocal } from '../endpoint.js';
import { prepareSocketPath, restrictSocket } from './ipc-socket.js';
import { portOwner } from './port-owner.js';

async function inUse(endpoint: Endpoint, address: string, cause: unknown): Promise<TransportError> {
  if (endpoint.kind !== 'tcp')
    return new TransportError('PORT_IN_USE', `${address}: another server in this process has this name; choose another`, {
      cause,
      details: { address },
    });
  const owner = await portOwner(endpoint.port);
  const who = owner ? `process ${owner.pid} (${owner.command}) listens on it` : 'another process listens on it';
  return new TransportError(
    'PORT_IN_USE',
    `${address}: port ${endpoint.port} is in use: ${who}; stop it, or choose another port (0 takes any free one)`,
    { cause, details: { address, port: endpoint.port, owner } },
  );
}

/**
 * Binds the socket to an endpoint. `localhost` becomes 127.0.0.1; an address that other machines reach is refused unless
 *
 * `insecure` (or encrypted), because a plain stream has neither encryption nor access control. Returns the
 * address that clients connect to: a chosen port, an absolute path.
 *
 * @throws TransportError PORT_IN_USE (who listens, what to do), ADDRESS_INVALID
 */
export async function bindEndpoint(router: Router, endpoint: Endpoint, insecure: boolean): Promise<string> {
  if (!insecure && !isLocal(endpoint))
    throw new TransportError(
      'ADDRESS_INVALID',
      `${formatEndpoint(endpoint)} can be reached from other machines, and anybody there could read the stream and change its ` +
        'settings: there are no keys. Make some (skelmix keys new server), bind 127.0.0.1 or ipc:// (and tunnel, e.g. ssh -L), or say ' +
        'insecure: true in a network that you trust',
      { details: { address: formatEndpoint(endpoint) } },
    );
  const local: Endpoint =
    endpoint.kind === 'tcp' && endpoint.host === 'localhost' ? { ...endpoint, host: '127.0.0.1' } : endpoint;
  const wanted = formatEndpoint(local);
  if (local.kind === 'ipc') await prepareSocketPath(local.path);
  try {
    await router.bind(wanted);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') throw await inUse(local, wanted, cause);
    throw new TransportError('ADDRESS_INVALID', `${wanted}: can't listen there: ${messageOf(cause)}`, {
      cause,
      details: { address: wanted, errno: code },
    });
  }
  if (local.kind === 'ipc') await restrictSocket(local.path);
  return local.kind === 'tcp' ? router.lastEndpoint! : wanted;
}
