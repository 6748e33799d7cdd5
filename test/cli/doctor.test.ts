import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { examinePort } from '../../src/cli/doctor/examine-port.js';
import { examinePython } from '../../src/cli/doctor/examine-python.js';
import { pythonWith } from '../support/python.js';

describe('the port', () => {
  it('is told free or in use, and is left as it was', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await examinePort('127.0.0.1', port)).toEqual({
      what: 'port',
      state: 'warning',
      text: `127.0.0.1:${port} is in use: choose another with --port, or any free one with --port 0`,
    });
    await new Promise((resolve) => server.close(resolve));
    for (let k = 0; k < 2; k++) expect(await examinePort('127.0.0.1', port)).toMatchObject({ state: 'ok' });
  });

  it('says why an address can not be opened', async () => {
    expect(await examinePort('192.0.2.1', 0)).toMatchObject({ state: 'warning', text: expect.stringContaining('EADDRNOTAVAIL') });
  });
});

describe('the Python client', () => {
  const python = pythonWith('numpy', 'zmq', 'msgpack');
  const client = fileURLToPath(new URL('../../clients/python/src', import.meta.url));

  it.skipIf(!python)('is found where it can be imported (needs a Python with numpy, pyzmq, msgpack)', async () => {
    expect(await examinePython({ SKELMIX_PYTHON: python, PYTHONPATH: client })).toMatchObject({
      state: 'ok',
      text: expect.stringMatching(/^client \d+\.\d+\.\d+ in Python 3\.\d+/),
    });
  });

  it('is missing with the reason where it can not be imported', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skelmix-doctor-'));
    const fake = join(folder, 'python');
    await writeFile(fake, '#!/bin/sh\necho Python 3.99\necho "!ModuleNotFoundError: No module named skelmix"\n', { mode: 0o755 });
    expect(await examinePython({ SKELMIX_PYTHON: fake })).toMatchObject({
      state: 'warning',
      text: `Python 3.99 (${fake}) can't import it: ModuleNotFoundError: No module named skelmix; pip install ./clients/python`,
    });
    await rm(folder, { recursive: true });
  });

  it('is no fault where there is no Python at all', async () => {
    expect(await examinePython({ SKELMIX_PYTHON: '/no/python' })).toMatchObject({
      state: 'warning',
      text: expect.stringContaining('no Python found'),
    });
  });
});
