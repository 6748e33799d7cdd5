import { tmpdir } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { parseConfig } from '../../src/config/index.js';
import { serveEndpoints } from '../../src/service/serve-endpoints.js';

afterEach(() => vi.unstubAllEnvs());
const endpoints = (serve: object) => serveEndpoints(parseConfig({ serve }).config);

it.skipIf(process.platform === 'win32')('adds a local socket in a folder of the user, named after the port', () => {
  vi.stubEnv('XDG_RUNTIME_DIR', '/run/user/7');
  expect(endpoints({ port: 6000 })).toEqual(['tcp://127.0.0.1:6000', 'ipc:///run/user/7/skelmix/6000.sock']);
  vi.stubEnv('XDG_RUNTIME_DIR', '');
  expect(endpoints({ port: 6000 })[1]).toBe(`ipc://${tmpdir()}/skelmix-${process.getuid!()}/6000.sock`);
});

it('names the sockets of several free ports differently', () => {
  expect(endpoints({ port: 0 })[1]).not.toBe(endpoints({ port: 0 })[1]);
});

it('leaves the local socket out where it is not wanted, and writes IPv6 in brackets', () => {
  expect(endpoints({ host: '::1', port: 6000, ipc: false })).toEqual(['tcp://[::1]:6000']);
});
