import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer as listen } from 'node:net';
import { join as path } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseEndpoint } from '../../../src/transport/endpoint.js';
import { createServer } from '../../../src/transport/server/index.js';
import { ArraySource } from '../support/array-source.js';
import { join, serve } from '../support/open.js';
import { freshAddress, temporaryFolder } from '../support/places.js';
import { serverProcess } from '../support/server-process.js';

const attempt = (...endpoints: string[]) => createServer({ source: new ArraySource(), endpoints });

describe('addresses', () => {
  it('are told as they were bound: ports chosen, paths absolute, localhost by its number', async () => {
    const socket = path(temporaryFolder(), 'deep', 'er', 's.sock');
    const { server } = await serve({ endpoints: ['tcp://localhost:0', 'tcp://127.0.0.1:*', `ipc://${socket}`, 'inproc://told'] });
    expect(server.endpoints).toEqual([
      expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/),
      expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/),
      `ipc://${socket}`,
      'inproc://told',
    ]);
    for (const at of server.endpoints) expect((await join(at)).endpoint).toBe(at);
  });

  it.each([
    ['udp://127.0.0.1:5', /expected tcp:\/\/HOST:PORT, ipc:\/\/PATH or inproc:\/\/NAME/],
    ['localhost:5555', /address "localhost:5555"/],
    ['tcp://127.0.0.1', /with a port from 0/],
    ['tcp://127.0.0.1:70000', /with a port from 0/],
    ['ipc://@abstract', /path of a socket file/],
    [`ipc:///tmp/${'x'.repeat(200)}`, /has 205 bytes, the system takes 107/],
    ['tcp://256.1.1.1:0', /can be reached from other machines/],
    ['tcp://*:0', /can be reached from other machines, .* insecure: true/],
    ['tcp://0.0.0.0:0', /can be reached from other machines/],
    ['tcp://[::]:0', /can be reached from other machines/],
  ])('%s is refused with the reason', async (address, message) => {
    await expect(attempt(address)).rejects.toMatchObject({ code: 'ADDRESS_INVALID', message: expect.stringMatching(message) });
  });

  it('that other machines reach are bound where insecure says so', async () => {
    const { server } = await serve({ endpoints: ['tcp://0.0.0.0:0'], insecure: true });
    expect(server.endpoints[0]).toMatch(/^tcp:\/\/0\.0\.0\.0:\d+$/);
  });

  it('without any, or with limits that contradict each other, are a configuration error', async () => {
    await expect(attempt()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(serve({ pingMs: 100, timeoutMs: 100 })).rejects.toThrow(/timeoutMs \(100\) must be greater than pingMs \(100\)/);
    await expect(serve({ maxCredit: 0 })).rejects.toThrow(/maxCredit must be a whole number >= 1, got 0/);
  });

  it('are parsed to their parts', () => {
    expect(parseEndpoint('tcp://[::1]:80')).toEqual({ kind: 'tcp', host: '[::1]', port: 80 });
    expect(parseEndpoint('ipc://x.sock')).toEqual({ kind: 'ipc', path: path(process.cwd(), 'x.sock') });
  });
});

describe('a port in use', () => {
  it('is refused with who listens and what to do; addresses bound before it are let go', async () => {
    const blocker = listen();
    blocker.listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    onTestFinished(() => void blocker.close());
    const { port } = blocker.address() as { port: number };
    const socket = path(temporaryFolder(), 's.sock');
    const failed = attempt(`ipc://${socket}`, `tcp://127.0.0.1:${port}`);
    await expect(failed).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringMatching(
        new RegExp(`port ${port} is in use: (process ${process.pid} \\(.*\\)|another process) listens on it; stop it, or choose`),
      ),
    });
    expect(existsSync(socket)).toBe(false);
  });

  it('of a closed server is free at once', async () => {
    const { server, at } = await serve();
    await server.close();
    const again = await attempt(at);
    await again.close();
  });

  it('by name within the process is refused, too', async () => {
    const { at } = await serve({ endpoints: [freshAddress('inproc')] });
    await expect(attempt(at)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});

describe('a socket file', () => {
  it('stands in a folder of its owner, who alone may connect, and goes with the server', async () => {
    const folder = path(temporaryFolder(), 'own');
    const { server } = await serve({ endpoints: [`ipc://${folder}/s.sock`] });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(`${folder}/s.sock`).mode & 0o777).toBe(0o600);
    await server.close();
    expect(existsSync(`${folder}/s.sock`)).toBe(false);
  });

  it('of a living server is not taken over', async () => {
    const { at } = await serve({ endpoints: [freshAddress('ipc')] });
    await expect(attempt(at)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringMatching(/another server listens/),
    });
    await join(at);
  });

  it('left behind by a killed server is replaced', async () => {
    const at = freshAddress('ipc');
    const kill = await serverProcess(at);
    await kill();
    expect(existsSync(at.slice('ipc://'.length))).toBe(true);
    await serve({ endpoints: [at] });
    await join(at);
  });

  it('is no other file: that one is left alone', async () => {
    const file = path(temporaryFolder(), 'precious.txt');
    writeFileSync(file, 'mine');
    await expect(attempt(`ipc://${file}`)).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
    expect(statSync(file).size).toBe(4);
  });

  it('whose folder can not be made is refused', async () => {
    const file = path(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(attempt(`ipc://${file}/s.sock`)).rejects.toThrow(/the folder can't be made/);
    const folder = path(temporaryFolder(), 'wide');
    mkdirSync(folder, { mode: 0o755 });
    await serve({ endpoints: [`ipc://${folder}/s.sock`] });
    expect(statSync(folder).mode & 0o777).toBe(0o755);
  });

  it.skipIf(process.getuid?.() !== 0)("in another user's folder is refused (needs root to set up)", async () => {
    const folder = path(temporaryFolder(), 'theirs');
    mkdirSync(folder);
    chownSync(folder, 65534, 65534);
    await expect(attempt(`ipc://${folder}/s.sock`)).rejects.toThrow(/belongs to user 65534, not to you \(0\) or root/);
  });
});
