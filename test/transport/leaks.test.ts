import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ArraySource } from './support/array-source.js';
import { join, serve } from './support/open.js';
import { freshAddress, KINDS } from './support/places.js';
import { SERVER_SCRIPT } from './support/server-process.js';

const run = promisify(execFile);

it('a process ends by itself after server and clients are closed, on every transport', async () => {
  const { stdout } = await run(process.execPath, [SERVER_SCRIPT, '0', ...KINDS.map(freshAddress)], { timeout: 20_000 });
  expect(stdout).toBe('closed\n');
});

it('a closed server listens to its source no more and aborts what it builds', async () => {
  const source = new ArraySource();
  source.held = { code: 'paused', sinceMs: 0, hint: '' };
  const { at, server } = await serve({ source });
  const stream = await join(at);
  const pending = stream[Symbol.asyncIterator]().next();
  await stream.stats();
  expect(source.listenerCount).toBe(1);
  await server.close();
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(source.listenerCount).toBe(0);
  await expect.poll(() => source.buildingNow).toBe(0);
});
