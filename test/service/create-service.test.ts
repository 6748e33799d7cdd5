import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Batch } from '../../src/core/batch.js';
import { createLoader, createService, type Service } from '../../src/service/index.js';
import { connect, connectControl } from '../../src/transport/index.js';
import { runInProcess } from '../support/run-in-process.js';

const config = {
  data: 'puppet:2',
  seed: 5,
  mix: { ratio: 0 },
  batch: { size: 8 },
  profile: { numFrames: 16 },
  loader: { workers: 0 },
  serve: { port: 0 },
};

let service: Service | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

const named = (kind: string) => service!.endpoints.find((endpoint) => endpoint.startsWith(kind))!;

async function takeFrom(stream: AsyncIterable<Batch>, count: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of stream) if (batches.push(batch) === count) break;
  return batches;
}

describe('a service', () => {
  it.each([
    ['tcp', undefined],
    ['ipc', undefined],
    ['inproc', ['inproc://service-test']],
  ])('hands over %s the batches that a local loop would get', async (kind, endpoints) => {
    service = await createService(config, endpoints ? { endpoints } : {});
    const far = await takeFrom(await connect(named(kind), { preferIpc: false }), 4);
    await using loader = await createLoader(config);
    const near = await takeFrom(loader, 4);
    for (const [k, batch] of far.entries()) {
      const { madeAtMs, ...same } = near[k]!;
      expect(batch).toMatchObject(same);
    }
  });

  it('tells what it is, who consumes it, and figures of every part', async () => {
    service = await createService(config);
    const events: string[] = [];
    service.onSession(({ type, session }) => events.push(`${session.name} ${type}`));
    const stream = await connect(named('tcp'), { name: 'loop', preferIpc: false });
    expect(stream.info).toEqual(service.source.info);
    expect(service.sessions().map(({ name }) => name)).toEqual(['loop']);
    expect(service.stats()).toMatchObject({ 'server.consumers': 1, 'loader.clips': 24, 'mix.target': 0 });
    await service.close();
    expect(events).toEqual(['loop opened', 'loop closed']);
  });

  it('is gone after close: consumers end, the socket file is removed, the source is closed', async () => {
    service = await createService(config);
    const path = named('ipc').slice('ipc://'.length);
    expect(existsSync(path)).toBe(true);
    const stream = await connect(named('tcp'));
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await service.close();
    let result = await iterator.next();
    while (!result.done) result = await iterator.next();
    expect(existsSync(path)).toBe(false);
    await expect(service.source.next()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('closes what it opened where it can not listen', async () => {
    service = await createService(config);
    const port = Number(named('tcp').split(':').at(-1));
    await expect(createService({ ...config, serve: { port } })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(`port ${port} is in use`),
    });
  });

  it('keeps the rules of the configuration for changes over the wire', async () => {
    service = await createService({ ...config, split: 'val' });
    await using control = await connectControl(named('tcp'));
    await expect(control.set('ratio', 0.1)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('split "val" is for evaluation and never takes synthetic samples'),
    });
  });
});

describe('the commands that talk to a service', () => {
  const run = (...args: string[]) => runInProcess([...args, '--endpoint', named('tcp')]);

  it('ratio shows the ratio, and a refused change with its reason', async () => {
    service = await createService(config);
    expect(await run('ratio')).toEqual({ code: 0, stdout: '0\n', stderr: '' });
    expect(JSON.parse((await run('ratio', '--json')).stdout)).toEqual({ ratio: 0, rev: 0 });
    await service.close();
    service = await createService({ ...config, split: 'val' });
    const refused = await run('ratio', '0.2');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('ratio is 0.2: split "val" is for evaluation');
  });

  it('ratio VALUE prints old, new and the first batch under it', async () => {
    service = await createService(config);
    expect((await run('ratio', '0')).stdout).toBe('0 -> 0 from batch 0 on\n');
    expect(JSON.parse((await run('ratio', '0', '--json')).stdout)).toEqual({ before: 0, ratio: 0, effectiveSeq: 0, rev: 2 });
  });

  it('stats prints a table, or one JSON object', async () => {
    service = await createService(config);
    expect((await run('stats')).stdout).toMatch(/^loader\.clips +24$/m);
    expect(JSON.parse((await run('stats', '--json')).stdout)).toMatchObject({ 'loader.clips': 24, 'server.consumers': 0 });
  });

  it('stats --watch goes on until the server stops', async () => {
    service = await createService(config);
    const watching = run('stats', '--watch', '--json');
    while (!service.sessions().some(({ name }) => name === 'skelmix stats'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await service.close();
    expect((await watching).code).toBe(0);
  });

  it('find the server by SKELMIX_ENDPOINT', async () => {
    service = await createService(config);
    expect(await runInProcess(['ratio'], { env: { SKELMIX_ENDPOINT: named('ipc') } })).toMatchObject({ code: 0, stdout: '0\n' });
  });
});
