import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { parseEndpoint } from '../endpoint.js';
import type { Welcome } from '../protocol/index.js';

/** The server's ipc address, where the server is on this machine and its socket file can be seen; else undefined. */
export function localIpcEndpoint(endpoint: string, { host, endpoints }: Welcome): string | undefined {
  if (!endpoint.startsWith('tcp://') || host !== hostname()) return undefined;
  return endpoints.find((address) => {
    if (!address.startsWith('ipc://')) return false;
    const parsed = parseEndpoint(address);
    return parsed.kind === 'ipc' && existsSync(parsed.path);
  });
}
