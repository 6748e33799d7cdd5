import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { SessionEvent } from '../../../src/transport/server/index.js';
import { join, raw, serve } from '../support/open.js';
import { freshAddress, KINDS } from '../support/places.js';

it.each(KINDS)('batches of a consumer that says BYE over %s go to the others, marked', async (kind) => {
  const { at, server } = await serve({ endpoints: [freshAddress(kind)] });
  const [leaver, stayer] = [raw(at), raw(at)];
  await leaver.hello();
  await stayer.hello();
  await leaver.say({ k: 'CREDIT', n: 4, ack: [] });
  const first = await leaver.until('BATCH');
  for (let i = 0; i < 3; i++) await leaver.until('BATCH');
  await leaver.say({ k: 'CREDIT', n: 0, ack: [first.lease] });
  await leaver.say({ k: 'BYE', reason: 'done' });
  await vi.waitFor(() => expect(server.sessions()).toHaveLength(1));
  await stayer.say({ k: 'CREDIT', n: 4, ack: [] });
  for (const seq of [1, 2, 3]) expect(await stayer.until('BATCH')).toMatchObject({ seq, redelivered: true });
  expect(await stayer.until('BATCH')).not.toHaveProperty('redelivered');
  expect(server.stats()).toMatchObject({ 'server.redelivered': 3, 'server.leases': 4, 'server.batchesSent': 8 });
});

it.each(['tcp', 'ipc'] as const)(
  'a consumer killed in the middle over %s loses nothing: what it held comes again',
  async (kind) => {
    // Far longer than the test: only the broken connection can tell.
    const { at, server } = await serve({ endpoints: [freshAddress(kind)], pingMs: 60_000, timeoutMs: 120_000 });
    const events: SessionEvent[] = [];
    server.onSession((event) => events.push(event));
    const child = fork(fileURLToPath(new URL('../support/consumer-process.mjs', import.meta.url)), [at], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const processed: number[] = [];
    for await (const [seq] of on(child, 'message')) {
      processed.push(seq as number);
      if (seq === 10) break;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'closed', reason: 'unreachable' }), 10_000);
    const { requeued } = events.at(-1)!;
    expect(requeued).toBeGreaterThan(0);
    expect(requeued).toBeLessThanOrEqual(4);
    const stream = await join(at);
    const got: number[] = [];
    for await (const { seq } of stream) {
      got.push(seq);
      if (seq >= Math.max(...processed) + 20) break;
    }
    expect(stream.received.redelivered).toBe(requeued);
    const all = new Set([...processed, ...got]);
    for (let seq = 0; seq <= Math.max(...got); seq++) if (!all.has(seq)) throw new Error(`batch ${seq} is missing`);
  },
);

it('a consumer that fell silent gets nothing more, and within the grace it comes back to its batches', async () => {
  const { at, server } = await serve({ pingMs: 20, timeoutMs: 80, graceMs: 60_000 });
  const types: string[] = [];
  server.onSession(({ type }) => types.push(type));
  const [quiet, other] = [raw(at), raw(at)];
  await quiet.hello();
  await quiet.say({ k: 'CREDIT', n: 1, ack: [] });
  const { lease } = await quiet.until('BATCH');
  await quiet.say({ k: 'CREDIT', n: 1, ack: [] });
  await quiet.until('BATCH');
  await vi.waitFor(() => expect(types).toContain('silent'));
  expect(server.sessions()).toMatchObject([{ silent: true, leases: 2 }]);
  await quiet.say({ k: 'CREDIT', n: 1, ack: [lease] });
  expect(await quiet.until('BATCH')).toMatchObject({ seq: 2 });
  expect(types).toEqual(['opened', 'silent', 'back']);
  await other.hello();
  await other.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await other.until('BATCH')).toMatchObject({ seq: 3 });
});

it('a consumer silent beyond the grace is dead; it is asked first, and hears unknown_session when it speaks', async () => {
  const { at, server } = await serve({ pingMs: 20, timeoutMs: 60, graceMs: 20 });
  const client = raw(at);
  await client.hello();
  await client.say({ k: 'CREDIT', n: 2, ack: [] });
  const closed = new Promise<SessionEvent>((resolve) => server.onSession((event) => event.type === 'closed' && resolve(event)));
  const heard = [await client.receive(), await client.receive(), await client.receive()].map(({ header }) => header.k);
  expect(heard).toEqual(['BATCH', 'BATCH', 'PING']);
  expect(await closed).toMatchObject({ reason: 'silent for 80 ms', requeued: 2 });
  await client.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await client.until('ERROR')).toMatchObject({ code: 'unknown_session', retry: 'rehello', ref: 'CREDIT' });
});

it('a consumer that answers keeps its batches however long it takes; they only count as overdue', async () => {
  const { at, server } = await serve({ pingMs: 20, timeoutMs: 80, graceMs: 0, leaseMs: 1 });
  const stream = await join(at, { credit: 2 });
  await stream[Symbol.asyncIterator]().next();
  await vi.waitFor(() => expect(server.stats()['server.leasesOverdue']).toBe(2));
  const pings = 10;
  for (let i = 0; i < pings; i++) await stream.stats();
  expect(server.sessions()).toMatchObject([{ leases: 2, silent: false }]);
});

it('a peer that reads nothing is given up when its queue is full', async () => {
  const { at, server } = await serve({ pingMs: 60_000, timeoutMs: 120_000, endpoints: [freshAddress('inproc')] });
  const [deaf, other] = [raw(at), raw(at)];
  await deaf.hello();
  await other.hello();
  for (let i = 0; i < 4000; i++) await deaf.say({ k: 'PING', t: 'x' });
  await vi.waitFor(() => expect(server.sessions()).toHaveLength(1), 10_000);
  await other.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await other.until('BATCH')).toMatchObject({ seq: 0 });
});
