import { expect, it, onTestFinished } from 'vitest';
import type { Batch } from '../../../src/core/batch.js';
import { connect, type StreamState } from '../../../src/transport/client/index.js';
import { arrayProvider } from '../support/array-provider.js';
import { join, provide, raw, take } from '../support/open.js';

/** All of a batch that must come again: its bits, not its times. */
const bits = ({ x, y, ids, origin, seq, epoch, step, rev, ratio }: Batch): unknown => ({
  x: Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('hex'),
  y: Array.from(y),
  ids,
  origin: Array.from(origin),
  place: [seq, epoch, step, rev, ratio.target],
});

it('a loop that goes on from its state at any step gets bit-equal batches, twice in a row and at the end of the epoch', async () => {
  const { at } = await provide({ provider: arrayProvider(undefined, 0.4) });
  const whole = await join(at, { mode: 'broadcast' });
  const wanted: unknown[] = [];
  const states: StreamState[] = [];
  for (let step = 0; step < 22; step++) {
    states.push(await whole.state());
    const [batch] = await take(whole, 1);
    wanted.push(bits(batch!));
    // Changes in the middle of what is resumed.
    if (step === 5) await whole.set('schedule', { kind: 'cosine', to: 0.9, over: 6, unit: 'batches' });
    if (step === 8) await whole.set('classWeights', [0, 2, 1]);
    if (step === 16) await whole.setRatio(0.1);
  }
  await whole.close();
  expect(states.map(({ epoch, step }) => 10 * epoch + step)).toEqual([...Array(22).keys()]);
  for (const [from, state] of states.entries()) {
    const first = await connect(at, { mode: 'broadcast', state, preferIpc: false });
    const got = (await take(first, Math.min(3, 22 - from))).map(bits);
    const second = await first.state();
    await first.close();
    const rest = await connect(at, { mode: 'broadcast', state: second, preferIpc: false });
    got.push(...(await take(rest, 22 - from - got.length)).map(bits));
    await rest.close();
    expect(got).toEqual(wanted.slice(from));
  }
});

it('the state counts the batch at work, and acknowledges it', async () => {
  const { at, server } = await provide();
  const stream = await join(at, { credit: 1 });
  expect(await stream.state()).toMatchObject({ epoch: 0, step: 0, rev: 0 });
  await take(stream, 3);
  expect(await stream.state()).toMatchObject({ epoch: 0, step: 3 });
  expect(server.stats()['server.leases']).toBe(0);
  await take(stream, 7);
  expect(await stream.state()).toMatchObject({ epoch: 1, step: 0 });
});

it('a shared stream goes on where its state was, if nobody else consumes it', async () => {
  const { at } = await provide();
  const stream = await join(at);
  await take(stream, 8);
  const state = await stream.state();
  await take(stream, 4);
  const other = connect(at, { state, preferIpc: false });
  await expect(other).rejects.toMatchObject({ code: 'CONFIG_CONFLICT', message: expect.stringMatching(/1 others consume it/) });
  await stream.close();
  const back = await join(at, { state });
  expect((await take(back, 3)).map(({ seq }) => seq)).toEqual([8, 9, 10]);
});

it('a state under a log that the server does not have is refused, unless forced', async () => {
  const before = await provide();
  const stream = await join(before.at, { mode: 'broadcast' });
  await take(stream, 2);
  await stream.setRatio(0.5);
  const state = await stream.state();
  const { at } = await provide();
  await expect(connect(at, { mode: 'broadcast', state, preferIpc: false })).rejects.toMatchObject({
    code: 'CONFIG_CONFLICT',
    message: expect.stringMatching(/started anew without its journal/),
    details: { field: 'logHash' },
  });
  const forced = await join(at, { mode: 'broadcast', state, force: true });
  expect((await take(forced, 1))[0]).toMatchObject({ seq: 2, rev: 0 });
});

it('SEEK comes before the first CREDIT and stays within the epoch', async () => {
  const { at } = await provide();
  const client = raw(at);
  await client.hello({ mode: 'broadcast' });
  await client.say({ k: 'SEEK', epoch: 0, step: 11, requestId: 1 });
  expect(await client.until('ERROR')).toMatchObject({ code: 'out_of_range', field: 'step', ref: 1 });
  await client.say({ k: 'SEEK', epoch: 2, step: 3, requestId: 2 });
  expect(await client.until('STATE')).toMatchObject({ requestId: 2, epoch: 2, ackedStep: 3 });
  await client.say({ k: 'CREDIT', n: 1 });
  expect(await client.until('BATCH')).toMatchObject({ seq: 23, epoch: 2, step: 3 });
  await client.say({ k: 'SEEK', epoch: 0, step: 0 });
  expect(await client.until('ERROR')).toMatchObject({ code: 'state_mismatch', ref: 'SEEK' });
});

it('a client that is back on another connection takes its place over', async () => {
  const { at, server } = await provide();
  const old = raw(at);
  const { session, logHash } = await old.hello({ mode: 'broadcast', group: 'mine' });
  await old.say({ k: 'CREDIT', n: 3 });
  for (let i = 0; i < 3; i++) await old.until('BATCH');
  const stranger = raw(at);
  await stranger.say({ k: 'HELLO', v: [1, 1], client: 'c', lang: 'l', mode: 'broadcast', credit: 1, group: 'mine' });
  expect(await stranger.until('ERROR')).toMatchObject({ code: 'group_full', field: 'group', retry: 1000 });
  const again = raw(at);
  onTestFinished(() => again.close());
  await again.hello({ mode: 'broadcast', group: 'mine', resume: { session, epoch: 0, step: 2, logHash } });
  await again.say({ k: 'CREDIT', n: 1 });
  expect(await again.until('BATCH')).toMatchObject({ seq: 2 });
  expect(server.sessions()).toHaveLength(1);
});
