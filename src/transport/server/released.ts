import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseEndpoint } from '../endpoint.js';

/** Longest wait and pause between two looks, ms. */
const LIMIT_MS = 1000;
const LOOK_MS = 5;

/** True where nobody accepts a TCP connection. */
function refuses(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection({ host: host.replace(/^\[|\]$/g, ''), port });
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', () => resolve(true));
  });
}

/**
 * Waits until an address is free again after the socket was closed: ZeroMQ's own thread lets go of it a moment later, and
 * would remove the socket file of a successor that came sooner. At most 1 s; what is left of a socket file is removed.
 */
export async function released(address: string): Promise<void> {
  const endpoint = parseEndpoint(address);
  const free = async (): Promise<boolean> => {
    if (endpoint.kind === 'tcp') return refuses(endpoint.host, endpoint.port);
    return endpoint.kind === 'inproc' || !existsSync(endpoint.path);
  };
  for (const until = performance.now() + LIMIT_MS; !(await free()) && performance.now() < until; ) await delay(LOOK_MS);
  if (endpoint.kind === 'ipc') await rm(endpoint.path, { force: true });
}
