import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventHub } from '../../src/panel/event-hub.js';
import { type Panel, startPanel } from '../../src/panel/index.js';
import { createMetrics } from '../../src/panel/metrics.js';
import { createPanelApp } from '../../src/panel/panel-app.js';
import { startRecorder } from '../../src/panel/recorder.js';
import { type HandMoved, handMoved, SHOWN } from './subject.js';

let panel: Panel;
let subject: HandMoved;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skelmix-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>x</title>');
  writeFileSync(join(folder, 'assets/a-1.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not to be sent');
  subject = handMoved();
  panel = await startPanel(subject, { host: '127.0.0.1', port: 0, folder });
});
afterEach(async () => {
  await panel.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(new URL(path, panel.url), init);
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  get(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

/** Asks with a Host header of one's own, which `fetch` does not allow. */
function statusWithHost(host: string): Promise<number | undefined> {
  const { hostname, port } = new URL(panel.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: '/api/state', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject).end();
  });
}

/** Reads server-sent events until one satisfies the test. */
async function eventUntil(isWanted: (event: string, data: Record<string, never>) => boolean, act: () => void): Promise<unknown> {
  const response = await get('/api/events');
  const decoder = new TextDecoder();
  let text = '';
  let acted = false;
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (const [, event, data] of text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)) {
      const parsed = JSON.parse(data!) as Record<string, never>;
      if (isWanted(event!, parsed)) return parsed;
    }
    if (!acted && text.includes('event: state')) {
      acted = true;
      act();
    }
  }
  throw new Error(`the events ended: ${text}`);
}

describe('the routes', () => {
  it('are those of docs/openapi.json, no more and no fewer', () => {
    const parts = { subject, hub: createEventHub(), metrics: createMetrics(subject), files: new Map(), host: '127.0.0.1' };
    const recorder = startRecorder(subject);
    const app = createPanelApp({ ...parts, recorder });
    recorder.close();
    const real = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const { paths } = JSON.parse(readFileSync(fileURLToPath(new URL('../../docs/openapi.json', import.meta.url)), 'utf8'));
    const documented = Object.entries<object>(paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
    );
    expect([...new Set(real)].sort()).toEqual(documented.sort());
  });

  it('answer with the fields that docs/openapi.json names', async () => {
    const { components } = JSON.parse(readFileSync(fileURLToPath(new URL('../../docs/openapi.json', import.meta.url)), 'utf8'));
    const { State, History, Clip, ClipEntry } = components.schemas;
    expect(Object.keys((await (await get('/api/state')).json()) as object).sort()).toEqual([...State.required].sort());
    const history = (await (await get('/api/history')).json()) as { columns: object };
    expect(Object.keys(history).sort()).toEqual([...History.required].sort());
    expect(Object.keys(history.columns).sort()).toEqual([...History.properties.columns.required].sort());
    const clip = Object.keys((await (await get('/api/clip?id=a/1')).json()) as object);
    expect(clip.sort()).toEqual([...Clip.required, ...ClipEntry.required].sort());
  });
});

describe('the page', () => {
  it('is sent with a policy that lets nothing else in', async () => {
    const response = await get('/');
    expect(await response.text()).toContain('<title>x</title>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('has assets that browsers keep, compressed where that is understood', async () => {
    const packed = await get('/assets/a-1.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('cache-control')).toContain('immutable');
    expect(await packed.text()).toBe('export {};');
    const plain = await get('/assets/a-1.js', { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe('export {};');
  });

  it.each(['/secret.txt', '/assets/..%2fsecret.txt', '/assets/%2e%2e/secret.txt', '/assets/nothing.js'])(
    'does not send %s',
    async (path) => {
      expect(existsSync(join(folder, 'secret.txt'))).toBe(true);
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain('not to be sent');
    },
  );

  it('says how to build it where it was not', async () => {
    await panel.close();
    panel = await startPanel(subject, { host: '127.0.0.1', port: 0, folder: join(folder, 'nowhere') });
    const response = await get('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
    expect((await get('/api/state')).status).toBe(200);
  });
});

describe('a foreign name', () => {
  it('gets nothing, so that no other site can read what it is told', async () => {
    expect(await statusWithHost('evil.example')).toBe(421);
    expect(await statusWithHost('localhost')).toBe(200);
  });
});

describe('a change', () => {
  it('is made, answered with its first batch, and noted with who asked', async () => {
    const response = await post('/api/set', { key: 'ratio', value: 0.4 });
    expect(await response.json()).toEqual({
      change: { rev: 1, key: 'ratio', value: 0.4, effectiveSeq: 7, by: 'http' },
      rev: 1,
      settings: { ratio: 0.4, paused: false },
    });
    const history = (await (await get('/api/history')).json()) as { marks: { kind: string; text: string }[] };
    expect(history.marks).toMatchObject([{ kind: 'setting', text: 'http sets ratio to 0.4 from batch 7 on' }]);
    expect(((await (await get('/api/state')).json()) as { lastChanges: object }).lastChanges).toMatchObject({
      ratio: { value: 0.4 },
    });
  });

  it.each([
    ['a value out of range', { key: 'ratio', value: 0.9 }, 400, 'CONFIG_INVALID', 'ratio is 0.9: too much'],
    ['an unknown setting', { key: 'speed', value: 1 }, 400, 'CONFIG_INVALID', 'speed is 1'],
    ['an old revision', { key: 'ratio', value: 0.1, ifRev: 5 }, 409, 'CONFIG_CONFLICT', 'revision is 0'],
    ['a body without a key', { value: 1 }, 400, 'CONFIG_INVALID', 'key'],
    ['an unknown field', { key: 'ratio', value: 0.1, force: true }, 400, 'CONFIG_INVALID', 'force'],
  ])('is refused for %s', async (_what, body, status, code, words) => {
    const response = await post('/api/set', body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(subject.source.settings.ratio).toBe(0.3);
  });

  it('is refused to other sites, to forms and in a body that is too large', async () => {
    const body = { key: 'ratio', value: 0.1 };
    expect((await post('/api/set', body, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('/api/set', body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('/api/set', body, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('/api/set', { ...body, key: 'x'.repeat(20_000) })).status).toBe(413);
    expect((await get('/api/set', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })).status).toBe(
      400,
    );
    expect(subject.source.settings.ratio).toBe(0.3);
  });
});

describe('the events', () => {
  it('begin with the whole state and tell of changes, marks, warnings and each second', async () => {
    expect(
      await eventUntil(
        (event) => event === 'state',
        () => {},
      ),
    ).toMatchObject({ version: '1.2.3', settings: { ratio: 0.3 } });
    const set = (): void => void subject.source.set('ratio', 0.2, 'python', undefined);
    expect(await eventUntil((event) => event === 'change', set)).toMatchObject({ change: { by: 'python', value: 0.2 }, rev: 1 });
    const join = (): void => subject.emit({ type: 'opened', session: { name: 'loop', mode: 'share' } as never, requeued: 0 });
    expect(await eventUntil((event) => event === 'mark', join)).toMatchObject({ kind: 'joined', text: 'consumer loop: joined' });
    const warn = (): void => subject.log.logger.warn('bad clip', { code: 'CLIP_EMPTY' });
    expect(await eventUntil((event) => event === 'log', warn)).toMatchObject({ code: 'CLIP_EMPTY', level: 'warn' });
    subject.stats.now['mix.real'] = 12;
    expect(
      await eventUntil(
        (event) => event === 'tick',
        () => {},
      ),
    ).toMatchObject({ stats: { 'mix.real': 12 }, rev: 1 });
  });
});

describe('clips', () => {
  it('are listed by class and origin, and sent with rounded coordinates', async () => {
    expect(await (await get('/api/clips?origin=synthetic&label=1')).json()).toMatchObject({ clips: [{ id: 'a/1', label: 1 }] });
    expect(await (await get('/api/clips?origin=real&label=1')).json()).toEqual({ clips: [] });
    const clip = (await (await get('/api/clip?id=a%2F1')).json()) as { keypoint: number[]; shape: object };
    expect(clip.shape).toEqual(SHOWN.shape);
    expect(clip.keypoint.slice(0, 4)).toEqual([0, 0.3333, 0.6667, 1]);
  });

  it.each([
    '/api/clips?origin=real&label=3',
    '/api/clips?origin=other&label=0',
    '/api/clips?label=0',
    '/api/clip',
    '/api/history?minutes=31',
  ])('are refused for %s', async (path) => expect((await get(path)).status).toBe(400));

  it('that are gone are said to be', async () => {
    expect((await get('/api/clip?id=nothing')).status).toBe(404);
  });

  it('are made again from their id', async () => {
    expect(await (await post('/api/regenerate', { id: 'a/1' })).json()).toMatchObject({ clip: { id: 'a/1' }, maxDifference: 0 });
    expect((await post('/api/regenerate', { id: 'b/1' })).status).toBe(409);
    expect((await post('/api/regenerate', {})).status).toBe(400);
  });
});

describe('probes and metrics', () => {
  it('say that the process lives, and when no batch can come', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    subject.stats.now['generator.engine'] = 'failed';
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('generator');
  });

  it('hold every number of the statistics, texts as labels, and waits as a histogram', async () => {
    Object.assign(subject.stats.now, { 'mix.waitMs': 2500, 'gate.rejected.c2.jitter': 4, 'generator.busy': true });
    subject.batches.record({ y: new Int32Array(0), origin: new Uint8Array(0) }, 20);
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    const text = await response.text();
    expect(text).toContain('# TYPE skelmix_mix_wait_seconds_total counter\nskelmix_mix_wait_seconds_total 2.5\n');
    expect(text).toContain('skelmix_gate_class_rejections_total{class="2",criterion="jitter"} 4\n');
    expect(text).toContain('skelmix_generator_busy 1\n');
    expect(text).toMatch(/skelmix_info\{.*policy="replay".*\} 1/);
    expect(text).toContain('skelmix_batch_wait_seconds_bucket{le="0.025"} 1\n');
    expect(text).toContain('skelmix_batch_wait_seconds_bucket{le="0.01"} 0\n');
  });
});

describe('the port', () => {
  it('that is taken is an error where it was named', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startPanel(handMoved(), { host: '127.0.0.1', port, folder })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await new Promise((resolve) => other.close(resolve));
  });

  it('is another one where nobody named it and the usual one is taken', async () => {
    const first = await startPanel(handMoved(), { host: '127.0.0.1', folder });
    const second = await startPanel(handMoved(), { host: '127.0.0.1', folder });
    expect(second.url).not.toBe(first.url);
    await Promise.all([first.close(), second.close()]);
  });

  it('on a host that is none of this machine is an error', async () => {
    await expect(startPanel(handMoved(), { host: '192.0.2.1', port: 0, folder })).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
    });
  });
});
