import { expect, it, vi } from 'vitest';
import { connect } from '../../../src/transport/client/index.js';
import { arrayProvider, point } from '../support/array-provider.js';
import { join, provide, raw } from '../support/open.js';

it('labels, names and samples of a test split come by index, the same ones each time', async () => {
  const { at } = await provide();
  const items = (await join(at, { mode: 'indexed', split: 'test' })).items();
  const { size, names, labels } = await items.list();
  expect([size, names[11], Array.from(labels.slice(0, 4))]).toEqual([12, 'clip-11', [0, 1, 2, 0]]);
  const some = await items.get([5, 0, 5], 2);
  expect(some).toMatchObject({ ids: [5, 0, 5], shape: [3, 2, 3, 1, 1], y: Int32Array.of(2, 0, 2) });
  expect(Array.from(some.x)).toEqual([...Array(6).fill(205), ...Array(6).fill(200), ...Array(6).fill(205)]);
  expect(await items.get([5, 0, 5], 2)).toEqual(some);
});

it('the welcome of an indexed session says how many clips there are', async () => {
  const { at } = await provide();
  expect(await raw(at).hello({ mode: 'indexed', split: 'test' })).toMatchObject({
    mode: 'indexed',
    group: '',
    size: 12,
    split: 'test',
    splits: { train: 20, test: 12 },
  });
  expect(await raw(at).hello()).toMatchObject({ mode: 'share', split: 'train' });
});

it('an answer is cut into messages of bounded size', async () => {
  const { at } = await provide();
  const client = raw(at);
  // Two samples of 24 bytes fit.
  await client.hello({ mode: 'indexed', split: 'test', maxBytes: 60 });
  await client.say({ k: 'GET', requestId: 'q', epoch: 0, ids: [3, 1, 4, 1, 5] });
  const parts = [await client.receive(), await client.receive(), await client.receive()];
  expect(parts.map(({ header }) => [header.ids, header.last, header.requestId])).toEqual([
    [[3, 1], false, 'q'],
    [[4, 1], false, 'q'],
    [[5], true, 'q'],
  ]);
  expect(parts.map(({ payload }) => payload[0]!.length)).toEqual([48, 48, 24]);
  const joined = await (await join(at, { mode: 'indexed', split: 'test' })).items().get([3, 1, 4, 1, 5]);
  expect(joined.shape).toEqual([5, 2, 3, 1, 1]);
});

it('more indices than one question takes are asked for in several', async () => {
  const { at } = await provide();
  const ids = Array.from({ length: 2500 }, (_, i) => i % 12);
  const { y, x } = await (await join(at, { mode: 'indexed', split: 'test', dtype: '<f2' })).items().get(ids);
  expect([y.length, x.length, y[2499]]).toEqual([2500, 15000, 2499 % 3]);
});

it.each([
  ['synthetic', point('fake', 0, 'synthetic', 1)],
  ['replayed', point('fake', 0, 'replayed', 1)],
  ['real by name only', { ...point('fake', 0, 'synthetic', 1), origin: 'real' as const }],
])('a sample that is %s is never sent', async (_, fake) => {
  const { at, server } = await provide({ provider: arrayProvider((sample) => (sample.id === 'clip-3' ? fake : sample)) });
  const items = (await join(at, { mode: 'indexed', split: 'test' })).items();
  await expect(items.get([2, 3])).rejects.toMatchObject({ code: 'BUG', message: expect.stringMatching(/fake .* is not real/) });
  expect(server.stats()['server.samplesByIndex']).toBe(0);
  expect((await items.get([2])).ids).toEqual([2]);
});

it('what can not be answered is refused, and the session goes on', async () => {
  const { at } = await provide({ maxRequests: 2 });
  const stream = await join(at, { mode: 'indexed', split: 'test' });
  await expect(stream.items().get([12])).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/no sample 12/),
  });
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow(/indexed/);
  const client = raw(at);
  await client.hello({ mode: 'indexed', split: 'test' });
  await client.say({ k: 'GET', requestId: 1, epoch: 0, ids: [] });
  expect(await client.until('ERROR')).toMatchObject({ code: 'bad_message', field: 'ids' });
  await client.say({ k: 'LIST', requestId: 2, split: 'train' });
  expect(await client.until('ERROR')).toMatchObject({ code: 'config_mismatch', field: 'split', ref: 2 });
  for (let i = 3; i < 9; i++) await client.say({ k: 'GET', requestId: i, epoch: 0, ids: [i] });
  expect(await client.until('ERROR')).toMatchObject({ code: 'over_credit', retry: 100 });
  const other = raw(at);
  await other.hello({ mode: 'indexed', split: 'test' });
  await other.say({ k: 'CREDIT', n: 1 });
  expect(await other.until('ERROR')).toMatchObject({ code: 'forbidden', ref: 'CREDIT' });
  const control = raw(at);
  await control.hello({ mode: 'control' });
  await control.say({ k: 'GET', requestId: 1, epoch: 0, ids: [1] });
  expect(await control.until('ERROR')).toMatchObject({ code: 'forbidden', ref: 'GET' });
});

it('a consumer of batches reads its split by index too, and what was opened is closed behind it', async () => {
  const { at, provider } = await provide();
  const stream = await join(at);
  expect((await stream.items().list()).size).toBe(12);
  expect(provider.openStreams).toBe(1);
  const other = await connect(at, { mode: 'indexed', preferIpc: false });
  expect(provider.openStreams).toBe(1);
  await other.close();
  await stream.close();
  await vi.waitFor(() => expect(provider.openStreams).toBe(0));
});
