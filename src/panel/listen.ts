import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, TransportError } from '../core/errors.js';

/** Port of the live page unless told otherwise, one above the stream's. */
export const DEFAULT_PORT = 5758;

function listenOnce(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Makes a server listen and resolves with its port.
 *
 * @param port a port, 0 for any free one, undefined for 5758, or any free one where that is taken
 * @throws TransportError PORT_IN_USE, ADDRESS_INVALID
 */
export async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  try {
    return await listenOnce(server, host, port ?? DEFAULT_PORT);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && port === undefined) return listen(server, host, 0);
    const details = { host, port };
    if (code === 'EADDRINUSE')
      throw new TransportError(
        'PORT_IN_USE',
        `http.port ${port} is in use: stop who listens there, choose another port, or 0 for any free one (or --no-http-enabled for no live page)`,
        { cause, details },
      );
    throw new TransportError(
      'ADDRESS_INVALID',
      `the live page can't be served on ${host}, port ${port ?? DEFAULT_PORT}: ${messageOf(cause)}`,
      {
        cause,
        details,
      },
    );
  }
}
