import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Router } from 'zeromq';
import { silentLogger } from '../../../src/core/logger.js';
import type { SessionFeed } from '../../../src/transport/client/client-session.js';
import { connect, connectControl } from '../../../src/transport/client/index.js';
import { encodeHeader } from '../../../src/transport/protocol/header.js';
import { join, raw, serve } from '../support/open.js';
import { freshAddress, KINDS } from '../support/places.js';
import { serverProcess } from '../support/server-process.js';

/** A ROUTER that answers every message with these frames. */
async function impostor(...answer: Buffer[]): Promise<string> {
  const router = new Router({ linger: 0 });
  await router.bind('tcp://127.0.0.1:0');
  onTestFinished(() => router.close());
  void (async () => {
    for await (const [route] of router) await router.send([route!, ...answer]);
  })().catch(() => undefined);
  return router.lastEndpoint!;
}

describe('connecting', () => {
  it.each(KINDS)('to where nobody is over %s ends in time with a hint', async (kind) => {
    const at = kind === 'tcp' ? 'tcp://127.0.0.1:1' : freshAddress(kind);
    await expect(connect(at, { connectTimeoutMs: 60 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/no skelmix server answered at .* within 60 ms; is it running there\?/),
    });
  });

  it.each([['tcp://*:5'], ['tcp://127.0.0.1:0'], ['nonsense'], ['tcp://no such host:5']])(
    'to %s is an invalid address',
    async (at) => {
      await expect(connect(at)).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
    },
  );

  it('with wrong options is a configuration error', async () => {
    await expect(connect('tcp://127.0.0.1:1', { credit: 0 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(connect('tcp://127.0.0.1:1', { batchTimeoutMs: -1 })).rejects.toThrow(/batchTimeoutMs must be above 0, got -1/);
  });

  it('to a server of another version gives its words', async () => {
    const words = { k: 'ERROR', code: 'bad_version', message: 'this server speaks SKMX/9', retry: 'never', ref: 'HELLO' };
    await expect(connect(await impostor(encodeHeader(words)))).rejects.toMatchObject({
      code: 'PROTOCOL_VERSION',
      message: 'this server speaks SKMX/9',
    });
  });

  it('to something that is no skelmix server says what could not be read', async () => {
    await expect(connect(await impostor(Buffer.from('HTTP/1.1 400')))).rejects.toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    await expect(connectControl(await impostor(encodeHeader({ k: 'WELCOME', v: 1 })))).rejects.toThrow(
      /WELCOME: "settings" must be a map/,
    );
  });

  it('before the server is there waits for it', async () => {
    const at = freshAddress('ipc');
    const early = connect(at);
    await serve({ endpoints: [at] });
    const stream = await early;
    onTestFinished(() => stream.close());
    expect(stream.info.dataset).toBe('numbers');
  });

  it('goes over to the ipc socket of a server on the same machine, unless told not to', async () => {
    const { server } = await serve({ endpoints: ['tcp://127.0.0.1:0', freshAddress('ipc')] });
    const [tcp, ipc] = server.endpoints as [string, string];
    const near = await join(tcp, { preferIpc: true });
    expect(near.endpoint).toBe(ipc);
    for await (const { seq } of near) if (seq === 3) break;
    expect((await join(tcp, { preferIpc: false })).endpoint).toBe(tcp);
    await vi.waitFor(() => expect(server.sessions()).toHaveLength(1));
  });
});

describe('waiting for a batch', () => {
  it('ends in time and names the reason that the server gave', async () => {
    const { at, source } = await serve({ stallMs: 20 });
    source.held = { code: 'generator_slow', sinceMs: 0, hint: '12 clips a second, 40 wanted' };
    const stream = await join(at, { firstBatchTimeoutMs: 300 });
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/no first batch .* within 300 ms: .* generator_slow \(12 clips a second, 40 wanted\)/),
      details: { stall: 'generator_slow' },
    });
  });

  it('is logged with its reason every ten seconds', async () => {
    const { at, source } = await serve({ stallMs: 20 });
    source.held = { code: 'paused', sinceMs: 0, hint: 'resume with skelmix resume' };
    const lines: string[] = [];
    const logger = { ...silentLogger, warn: (line: string) => lines.push(line) };
    const stream = await join(at, { logger });
    void stream[Symbol.asyncIterator]().next();
    const feed = stream as unknown as SessionFeed;
    await vi.waitFor(() => {
      for (let i = 0; i < 10; i++) feed.tick(1000);
      expect(lines.at(-1)).toMatch(/^no batch from .* for 10 s: the server says paused \(resume with skelmix resume\)$/);
    });
  });

  it('has a limit of its own after the first', async () => {
    const { at, source } = await serve();
    const stream = await join(at, { credit: 1, batchTimeoutMs: 50 });
    const batches = stream[Symbol.asyncIterator]();
    await batches.next();
    source.held = { code: 'paused', sinceMs: 0, hint: '' };
    await expect(batches.next()).rejects.toThrow(/no batch from .* within 50 ms: the server gave no reason/);
  });

  it('ends with the reason of an abort signal, whether pending or not yet begun', async () => {
    const { at, source, server } = await serve();
    source.held = { code: 'paused', sinceMs: 0, hint: '' };
    const abort = new AbortController();
    const stream = await join(at, { signal: abort.signal });
    const pending = stream[Symbol.asyncIterator]().next();
    const reason = new Error('the user pressed stop');
    abort.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(connect(at, { signal: abort.signal })).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.sessions()).toEqual([]));
    const late = new AbortController();
    const nobody = connect(freshAddress('inproc'), { signal: late.signal });
    late.abort(reason);
    await expect(nobody).rejects.toBe(reason);
  });

  it('ends with PEER_GONE where the server is silent', async () => {
    const { at } = await serve({ pingMs: 20, timeoutMs: 60 });
    const welcome = await raw(at).hello();
    let said = false;
    const router = new Router({ linger: 0 });
    await router.bind('tcp://127.0.0.1:0');
    onTestFinished(() => router.close());
    void (async () => {
      for await (const [route] of router) {
        if (!said) await router.send([route!, encodeHeader(welcome)]);
        said = true;
      }
    })().catch(() => undefined);
    const stream = await join(router.lastEndpoint!);
    const batches = stream[Symbol.asyncIterator]();
    await expect(batches.next()).rejects.toMatchObject({ code: 'PEER_GONE', message: expect.stringMatching(/silent for 60 ms/) });
    await expect(stream.setRatio(0.5)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('a server killed and started again', () => {
  it('is greeted again, and the loop goes on', async () => {
    const at = freshAddress('ipc');
    const kill = await serverProcess(at);
    const stream = await join(at);
    const batches = stream[Symbol.asyncIterator]();
    for (let i = 0; i < 5; i++) expect((await batches.next()).value?.seq).toBe(i);
    await kill();
    await serverProcess(at, 100);
    let seq = 0;
    while (seq < 110) ({ seq } = (await batches.next()).value!);
    expect(await stream.stats()).toMatchObject({ 'server.consumers': 1 });
  });

  it('with another stream is refused', async () => {
    const at = freshAddress('ipc');
    const kill = await serverProcess(at);
    const stream = await join(at, { credit: 1 });
    const batches = stream[Symbol.asyncIterator]();
    await batches.next();
    await kill();
    await serve({ endpoints: [at] });
    await expect(batches.next()).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(/was restarted with another stream: "schema" was .* connect again/),
    });
  });
});
