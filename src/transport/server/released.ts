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
 * Leaves an address as if nobody had been there, once the socket is closed: removes a socket file (ZeroMQ does not), waits
 * until a port is free again (ZeroMQ's own thread lets go of it a moment later), at most 1 s.
 */
export async function released(address: string): Promise<void> {
  const endpoint = parseEndpoint(address);
  if (endpoint.kind === 'ipc') await rm(endpoint.path, { force: true });
  if (endpoint.kind !== 'tcp') return;
  const until = performance.now() + LIMIT_MS;
  while (!(await refuses(endpoint.host, endpoint.port)) && performance.now() < until) await delay(LOOK_MS);
}
