import { expect, it, vi } from 'vitest';
import { connect, type RemoteStream } from '../../../src/transport/client/index.js';
import { join, provide, raw, take } from '../support/open.js';

const ranks = (at: string, world: number, options = {}): Promise<RemoteStream[]> =>
  Promise.all(Array.from({ length: world }, (_, rank) => join(at, { mode: 'lockstep', rank, world, ...options })));

it.each([2, 3])('%i ranks get equally many batches, each its own, and the same last step', async (world) => {
  const { at } = await provide();
  const streams = await ranks(at, world, { credit: 1 });
  const steps = Math.ceil(10 / world);
  const ends: unknown[] = [];
  for (const stream of streams) stream.onEpochEnd((end) => ends.push(end));
  const taken = await Promise.all(streams.map((stream) => take(stream, steps + 1)));
  for (const [rank, batches] of taken.entries()) {
    expect(batches.map(({ seq }) => seq)).toEqual(Array.from({ length: steps + 1 }, (_, k) => k * world + rank));
    expect(batches.map(({ epoch, step }) => [epoch, step])).toEqual([...Array.from({ length: steps }, (_, k) => [0, k]), [1, 0]]);
  }
  await vi.waitFor(() => expect(ends).toHaveLength(world));
  expect(new Set(ends.map((end) => JSON.stringify(end)))).toEqual(
    new Set([JSON.stringify({ epoch: 0, lastStep: steps - 1, served: steps, next: 1 })]),
  );
  expect(streams[0]!.info.epochBatches).toBe(steps);
});

it('a step is sent when all ranks can take it, or to nobody', async () => {
  const { at } = await provide({ stallMs: 20 });
  const [one, two] = [raw(at), raw(at)];
  await one.hello({ mode: 'lockstep', rank: 0, world: 2 });
  await one.say({ k: 'CREDIT', n: 3 });
  expect(await one.until('STALL')).toMatchObject({ code: 'peer_slow', hint: 'rank 1 of 2 are not here yet' });
  await two.hello({ mode: 'lockstep', rank: 1, world: 2 });
  await two.say({ k: 'CREDIT', n: 1 });
  expect(await one.until('BATCH')).toMatchObject({ seq: 0, step: 0 });
  expect(await two.until('BATCH')).toMatchObject({ seq: 1, step: 0 });
  expect((await one.until('STALL')).hint).toBe('rank 1 of 2 are still at work on the step before');
});

it('a rank that goes ends the group: the others get an error, and all begin again where all had been', async () => {
  const { at, server } = await provide();
  const [one, two] = (await ranks(at, 2, { credit: 2 })) as [RemoteStream, RemoteStream];
  await Promise.all([take(one, 3), take(two, 3)]);
  await two.close();
  await expect(take(one, 5)).rejects.toMatchObject({ code: 'PEER_GONE', message: expect.stringMatching(/rank 1 of 2 is gone/) });
  await vi.waitFor(() => expect(server.sessions()).toEqual([]));
  const again = (await ranks(at, 2)) as [RemoteStream, RemoteStream];
  const [ofOne, ofTwo] = await Promise.all([take(again[0], 1), take(again[1], 1)]);
  expect([ofOne[0]!.step, ofTwo[0]!.step]).toEqual([2, 2]);
});

it('ranks go on from the same state; one that wants another place is refused', async () => {
  const { at } = await provide();
  const streams = await ranks(at, 2);
  await Promise.all(streams.map((stream) => take(stream, 3)));
  const states = await Promise.all(streams.map((stream) => stream.state()));
  // Only now both have acknowledged their last batch.
  expect(await streams[0]!.state()).toMatchObject({ epoch: 0, step: 3 });
  await Promise.all(streams.map((stream) => stream.close()));
  const state = { ...states[0]!, step: 3 };
  const first = await join(at, { mode: 'lockstep', rank: 0, world: 2, state });
  await expect(
    connect(at, { mode: 'lockstep', rank: 1, world: 2, state: { ...state, step: 4 }, preferIpc: false }),
  ).rejects.toMatchObject({ code: 'CONFIG_CONFLICT', details: { field: 'step' } });
  const second = await join(at, { mode: 'lockstep', rank: 1, world: 2, state });
  const [ofFirst, ofSecond] = await Promise.all([take(first, 1), take(second, 1)]);
  expect([ofFirst[0]!.seq, ofSecond[0]!.seq]).toEqual([6, 7]);
});

it('a rank that is taken is waited for, then refused', async () => {
  const { at } = await provide();
  await join(at, { mode: 'lockstep', rank: 0, world: 2 });
  await expect(
    connect(at, { mode: 'lockstep', rank: 0, world: 2, connectTimeoutMs: 100, preferIpc: false }),
  ).rejects.toMatchObject({
    code: 'REFUSED',
    message: expect.stringMatching(/rank 0 of group "default" is here already/),
  });
  await expect(connect(at, { mode: 'lockstep', rank: 2, world: 2 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

it('a batch given back ends the group, since no other rank can take it', async () => {
  const { at } = await provide();
  const [one, two] = (await ranks(at, 2)) as [RemoteStream, RemoteStream];
  await Promise.all([take(one, 1), take(two, 1)]);
  two.giveBack('NaN');
  await expect(take(one, 9)).rejects.toThrow(/rank 1 of 2 is gone \(gave a batch back: NaN\)/);
});
