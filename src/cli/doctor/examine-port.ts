import { createServer } from 'node:net';
import { messageOf } from '../../core/errors.js';
import type { Finding } from './finding.js';

/** Whether the stream could listen on the port right now: opens it and closes it again. */
export function examinePort(host: string, port: number): Promise<Finding> {
  const what = 'port';
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const text =
        error.code === 'EADDRINUSE'
          ? `${host}:${port} is in use: choose another with --port, or any free one with --port 0`
          : `${host}:${port} can't be opened: ${messageOf(error)}`;
      resolve({ what, state: 'warning', text });
    });
    server.listen(port, host, () => {
      server.close(() => resolve({ what, state: 'ok', text: port === 0 ? `${host}: any free port` : `${host}:${port} is free` }));
    });
  });
}
