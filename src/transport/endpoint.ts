import { resolve } from 'node:path';
import { TransportError } from '../core/errors.js';

/** A parsed address. */
export type Endpoint =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'ipc'; readonly path: string }
  | { readonly kind: 'inproc'; readonly name: string };

/** Longest socket path, bytes: `sun_path` of unix(7) holds 108 with the closing zero. */
const MAX_SOCKET_PATH = 107;

const FORMS = 'tcp://HOST:PORT, ipc://PATH or inproc://NAME';

function invalid(address: string, what: string): TransportError {
  return new TransportError('ADDRESS_INVALID', `address "${address}": ${what}`, { details: { address } });
}

/**
 * Parses `tcp://HOST:PORT` (PORT 0 or `*` = any free one, HOST may be `[IPv6]`), `ipc://PATH` (relative paths are made absolute)
 * or `inproc://NAME` (within this process).
 *
 * @throws TransportError ADDRESS_INVALID that says what is wrong and which forms exist
 */
export function parseEndpoint(address: string): Endpoint {
  const match = /^([a-z]+):\/\/(.+)$/s.exec(address);
  const rest = match?.[2] ?? '';
  switch (match?.[1]) {
    case 'tcp': {
      const parts = /^(\[[0-9a-fA-F:.%a-z]+\]|[^:\s/]+):(\d{1,5}|\*)$/.exec(rest);
      const port = parts?.[2] === '*' ? 0 : Number(parts?.[2]);
      if (!parts || port > 65535) throw invalid(address, 'expected tcp://HOST:PORT with a port from 0 (any free one) to 65535');
      return { kind: 'tcp', host: parts[1]!, port };
    }
    case 'ipc': {
      if (rest.startsWith('@') || rest === '*')
        throw invalid(address, 'expected ipc://PATH with the path of a socket file (only a file has access rights)');
      const path = resolve(rest);
      const length = Buffer.byteLength(path);
      if (length > MAX_SOCKET_PATH)
        throw invalid(
          address,
          `the socket path has ${length} bytes, the system takes ${MAX_SOCKET_PATH}; choose a shorter folder`,
        );
      return { kind: 'ipc', path };
    }
    case 'inproc':
      return { kind: 'inproc', name: rest };
    default:
      throw invalid(address, `expected ${FORMS}`);
  }
}

/** The address in the form that ZeroMQ takes. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'tcp') return `tcp://${endpoint.host}:${endpoint.port}`;
  return endpoint.kind === 'ipc' ? `ipc://${endpoint.path}` : `inproc://${endpoint.name}`;
}

/** True for addresses that only this machine reaches: 127.0.0.0/8, ::1, localhost, and every ipc and inproc address. */
export function isLocal(endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'tcp') return true;
  return endpoint.host === 'localhost' || endpoint.host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(endpoint.host);
}
