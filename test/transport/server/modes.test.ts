import { expect, it, vi } from 'vitest';
import { connect } from '../../../src/transport/client/index.js';
import { join, provide, raw, serve, take } from '../support/open.js';

const place = ({ epoch, step }: { epoch: number; step: number }): string => `${epoch}.${step}`;

it('in broadcast each consumer has the whole stream, in share each batch goes to one', async () => {
  const { at, server } = await provide();
  const [one, two] = [await join(at, { mode: 'broadcast' }), await join(at, { mode: 'broadcast' })];
  const [ofOne, ofTwo] = [await take(one, 12), await take(two, 12)];
  expect(ofOne.map(({ seq }) => seq)).toEqual([...Array(12).keys()]);
  expect(ofTwo.map(({ ids }) => ids)).toEqual(ofOne.map(({ ids }) => ids));
  const sharers = [await join(at, { credit: 1 }), await join(at, { credit: 1 })];
  const shared: number[] = [];
  for (let i = 0; i < 4; i++) for (const sharer of sharers) shared.push((await take(sharer, 1))[0]!.seq);
  expect(shared.sort((a, b) => a - b)).toEqual([...Array(8).keys()]);
  expect(server.stats()).toMatchObject({ 'server.consumers': 4, 'server.groups': 3 });
});

it('groups of their own share a stream of their own, which is closed behind the last consumer', async () => {
  const { at, server, provider } = await provide();
  const [left, right] = [await join(at, { group: 'left', credit: 1 }), await join(at, { group: 'right', credit: 1 })];
  expect((await take(left, 2)).map(({ seq }) => seq)).toEqual([0, 1]);
  expect((await take(right, 2)).map(({ seq }) => seq)).toEqual([0, 1]);
  expect(server.sessions().map(({ group }) => group)).toEqual(['left', 'right']);
  expect(provider.openStreams).toBe(2);
  await left.close();
  await right.close();
  await vi.waitFor(() => expect(provider.openStreams).toBe(0));
  const again = await join(at, { group: 'left', credit: 1 });
  // The group's books stay: what it acknowledged does not come again.
  expect((await take(again, 1))[0]!.seq).toBe(1);
});

it('a profile of the main stream joins its group, another one opens another stream', async () => {
  const { at, server, provider } = await provide();
  const plain = await join(at, { profile: { name: 'plain' } });
  const wide = await join(at, { profile: { name: 'wide', args: { b: 1, a: 2 } } });
  const wideToo = await join(at, { profile: { name: 'wide', args: { a: 2, b: 1 } } });
  expect(plain.info.configHash).toBe('points');
  expect(wide.info.configHash).toBe('points wide');
  expect(wideToo.info.configHash).toBe('points wide');
  expect(server.stats()['server.groups']).toBe(2);
  expect(provider.requests).toHaveLength(2);
});

it.each([
  [{ profile: { name: 'wdie' } }, 'profile.name', 'wdie'],
  [{ split: 'valid' }, 'split', 'valid'],
  [{ split: 'test' }, 'split', 'test'],
  [{ expect: { layout: 'point', classes: 60 } }, 'expect.classes', 60],
  [{ expect: { layout: 'ntu' } }, 'expect.layout', 'ntu'],
  [{ expect: { T: 64 } }, 'expect.T', 64],
] as const)('%j is a configuration that does not fit', async (request, field, got) => {
  const { at, provider, server } = await provide();
  const client = raw(at);
  await client.say({ k: 'HELLO', v: [1, 1], client: 'c', lang: 'l', mode: 'share', credit: 1, ...request });
  expect(await client.until('ERROR')).toMatchObject({ code: 'config_mismatch', field, got, ref: 'HELLO', retry: 'never' });
  await expect(connect(at, { ...request, preferIpc: false })).rejects.toMatchObject({ code: 'REFUSED', details: { field } });
  expect(server.sessions()).toEqual([]);
  await vi.waitFor(() => expect(provider.openStreams).toBe(0));
});

it('a server of one stream says that it has no other', async () => {
  const { at } = await serve();
  await expect(connect(at, { mode: 'broadcast', preferIpc: false })).rejects.toThrow(/one stream only/);
  expect((await join(at, { mode: 'share', expect: { classes: 5, V: 3 } })).info.dataset).toBe('numbers');
});

it('too many groups are refused', async () => {
  const { at } = await provide({ maxGroups: 2 });
  await join(at, { mode: 'broadcast' });
  await expect(connect(at, { mode: 'broadcast', preferIpc: false })).rejects.toThrow(/2 groups already/);
});

it('a change takes effect in every group at a batch of its own, under one log', async () => {
  const { at } = await provide({});
  const [fast, slow] = [await join(at, { mode: 'broadcast', credit: 1 }), await join(at, { mode: 'broadcast', credit: 1 })];
  await take(fast, 6);
  await take(slow, 2);
  const heard = new Promise((resolve) => slow.onChange(resolve));
  const change = await fast.setRatio(0.5);
  expect(change).toMatchObject({ rev: 1, effectiveSeq: 6 });
  expect(await heard).toMatchObject({ rev: 1, effectiveSeq: 2 });
  const [next] = await take(slow, 1);
  expect(next).toMatchObject({ seq: 2, rev: 1, ratio: { target: 0.5 } });
  const late = await join(at, { mode: 'broadcast' });
  expect((await take(late, 1))[0]).toMatchObject({ seq: 0, rev: 1, ratio: { target: 0.5 } });
  expect(late).toMatchObject({ rev: 1, ratio: 0.5 });
});

it('the epoch ends for each group by itself', async () => {
  const { at } = await provide();
  const stream = await join(at, { mode: 'broadcast' });
  const ends: unknown[] = [];
  stream.onEpochEnd((end) => ends.push(end));
  expect((await take(stream, 12)).map(place).slice(8)).toEqual(['0.8', '0.9', '1.0', '1.1']);
  expect(ends).toEqual([{ epoch: 0, lastStep: 9, served: 10, next: 1 }]);
});
