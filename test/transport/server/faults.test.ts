import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { SessionEvent } from '../../../src/transport/server/index.js';
import { openJournal } from '../../../src/transport/server/journal/index.js';
import { droppingProxy } from '../support/dropping-proxy.js';
import { join, provide, serve, take } from '../support/open.js';
import { temporaryFolder } from '../support/places.js';

const SCRIPT = fileURLToPath(new URL('../support/consumer-process.mjs', import.meta.url));

/** Far longer than a test: only a broken connection, or the heartbeat of ZeroMQ, can tell. */
const PATIENT = { pingMs: 60_000, timeoutMs: 120_000 };

function consumer(at: string, options: object = {}, last = 10): ChildProcess {
  const child = fork(SCRIPT, [at, JSON.stringify(options), String(last)], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Batches that a consumer reports, until it has the wanted one. */
async function until(child: ChildProcess, wanted: number): Promise<number[]> {
  const seqs: number[] = [];
  for await (const [seq] of on(child, 'message')) {
    seqs.push(seq as number);
    if ((seq as number) >= wanted) break;
  }
  return seqs;
}

it('a consumer that is stopped (SIGSTOP) is found by the heartbeat; what it held goes to others, nothing is lost', async () => {
  const { at, server } = await serve(PATIENT);
  const events: SessionEvent[] = [];
  server.onSession((event) => events.push(event));
  const child = consumer(at);
  const processed = await until(child, 10);
  child.kill('SIGSTOP');
  await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'closed', reason: 'unreachable' }), 10_000);
  const { requeued } = events.at(-1)!;
  const stream = await join(at);
  const got = (await take(stream, 8)).map(({ seq }) => seq);
  expect(stream.received.redelivered).toBe(requeued);
  const all = new Set([...processed, ...got]);
  expect([...Array(Math.max(...got) + 1).keys()].filter((seq) => !all.has(seq))).toEqual([]);
  child.kill('SIGCONT');
  await vi.waitFor(() => expect(events.filter(({ type }) => type === 'opened')).toHaveLength(3), 30_000);
}, 60_000);

it.each(['SIGKILL', 'SIGSTOP'] as const)('a rank that gets %s is an error on the others within 10 s', async (signal) => {
  const { at } = await provide(PATIENT);
  const world = 3;
  const victim = consumer(at, { mode: 'lockstep', rank: 2, world, credit: 1 }, 8);
  const others = [0, 1].map((rank) => consumer(at, { mode: 'lockstep', rank, world, credit: 1 }, 1000));
  await until(victim, 8);
  const errors = others.map(async (child) => {
    for await (const [message] of on(child, 'message')) if (typeof message === 'object') return message as { code: string };
    throw new Error('no error came');
  });
  const hurtAt = performance.now();
  victim.kill(signal);
  for (const error of await Promise.all(errors))
    expect(error).toMatchObject({ code: 'PEER_GONE', message: expect.stringMatching(/^rank 2 of 3 is gone \(unreachable\)/) });
  const seconds = (performance.now() - hurtAt) / 1000;
  if (seconds > 10) throw new Error(`the others heard of it after ${seconds} s`);
  await Promise.all(others.map((child) => child.exitCode ?? once(child, 'exit')));
});

it('a slow consumer holds up nobody, and nothing of what it holds is lost', async () => {
  const { at, server } = await provide();
  const slow = await join(at, { credit: 2 });
  const [first] = await take(slow, 1);
  const fast = await join(at, { credit: 2 });
  const got = (await take(fast, 30)).map(({ seq }) => seq);
  expect(server.sessions().map(({ leases }) => leases)).toEqual([2, expect.any(Number)]);
  const rest = (await take(slow, 1)).map(({ seq }) => seq);
  const all = [first!.seq, ...got, ...rest].sort((a, b) => a - b);
  expect(all).toEqual([...Array(32).keys()]);
});

it('a network that is cut and comes back costs no batch: the client says HELLO again and goes on', async () => {
  const { at, server } = await provide(PATIENT);
  const way = await droppingProxy(at);
  const stream = await join(way.at, { mode: 'broadcast', credit: 2 });
  const seqs = (await take(stream, 4)).map(({ seq }) => seq);
  const events: SessionEvent[] = [];
  server.onSession((event) => events.push(event));
  way.cut();
  await vi.waitFor(() => expect(events).toMatchObject([{ type: 'closed', reason: 'unreachable' }]), 10_000);
  way.heal();
  seqs.push(...(await take(stream, 8)).map(({ seq }) => seq));
  expect(seqs).toEqual([...Array(12).keys()]);
  expect(events.at(-1)).toMatchObject({ type: 'opened' });
});

it('a clock that jumps makes nobody dead, silent or overdue', async () => {
  const { at, server } = await provide({ pingMs: 1000, timeoutMs: 4000, leaseMs: 10_000 });
  const stream = await join(at, { credit: 1 });
  await take(stream, 2);
  const types: string[] = [];
  server.onSession(({ type }) => types.push(type));
  const real = Date.now;
  onTestFinished(() => void vi.restoreAllMocks());
  for (const jump of [365 * 86_400_000, -365 * 86_400_000]) {
    vi.spyOn(Date, 'now').mockImplementation(() => real() + jump);
    expect((await take(stream, 3)).length).toBe(3);
    expect(await stream.stats()).toMatchObject({ 'server.leasesOverdue': 0 });
  }
  expect(types).toEqual([]);
});

it('a journal on a device that is always full refuses each change, and the stream goes on', async () => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  // The system's own answer, from a device that has no space.
  const journal = openJournal(
    temporaryFolder(),
    { configHash: 'points', settings: { ratio: 0, paused: false } },
    { disk: { write: (_, bytes) => writeSync(full, bytes), sync: () => {} } },
  );
  const { at } = await provide({ journal });
  const stream = await join(at);
  await take(stream, 1);
  await expect(stream.setRatio(0.5)).rejects.toThrow(/ratio was not changed, since .* can't be written \(ENOSPC/);
  expect((await take(stream, 5)).map(({ seq, rev }) => [seq, rev])).toEqual([1, 2, 3, 4, 5].map((seq) => [seq, 0]));
});
