import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect, type RemoteStream } from '../src/index.js';
import { paired } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** Starts `skelmix serve` with its page and resolves with both addresses. */
async function startServer(): Promise<{ endpoint: string; page: string; stop: () => Promise<void> }> {
  const settings = ['--data', 'puppet:4', '--ratio', '0', '--port', '0', '--http-port', '0', '--batch-size', '64'];
  const child: ChildProcess = spawn(process.execPath, [path('dist/cli/main.js'), 'serve', ...settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let endpoint: string | undefined;
  let page: string | undefined;
  for await (const line of createInterface({ input: child.stderr! })) {
    endpoint ??= /listening on (tcp:\S+)/.exec(line)?.[1];
    page ??= /live page: (http\S+)/.exec(line)?.[1];
    if (endpoint && page) break;
  }
  child.stderr!.resume();
  if (!endpoint || !page) throw new Error('`skelmix serve` ended before it was ready');
  return {
    endpoint,
    page,
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Asks what an open page asks: the state and the history once, all events, and the newest clips of a class every two seconds. */
async function openPage(address: string): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const { signal } = stop;
  const read = async (where: string): Promise<unknown> => (await fetch(new URL(where, address), { signal })).json();
  const events = await fetch(new URL('api/events', address), { signal });
  const listening = (async () => {
    for await (const _chunk of events.body!);
  })().catch(() => {});
  await read('api/history');
  const clips = async (): Promise<void> => {
    const { clips: real } = (await read('api/clips?origin=real&label=0')) as { clips: { id: string }[] };
    if (real[0]) await read(`api/clip?id=${encodeURIComponent(real[0].id)}`);
    await read('api/clips?origin=synthetic&label=0');
  };
  await clips();
  const timer = setInterval(() => void clips().catch(() => {}), 2000);
  return async () => {
    clearInterval(timer);
    stop.abort();
    await listening;
  };
}

async function samplesPerSecond(stream: RemoteStream, seconds: number): Promise<number> {
  const iterator = stream[Symbol.asyncIterator]();
  const began = performance.now();
  let samples = 0;
  while (performance.now() - began < 1000 * seconds) {
    const { value } = await iterator.next();
    samples += value?.shape.N ?? 0;
  }
  return (1000 * samples) / (performance.now() - began);
}

/**
 * What an open page costs the stream: samples a second that a loop in another process gets while somebody asks what a page
 * asks, against the same without.
 */
export default async function bench({ quick, log }: BenchOptions): Promise<Row[]> {
  const server = await startServer();
  const seconds = quick ? 1.5 : 6;
  try {
    const stream = await connect(server.endpoint, { preferIpc: true });
    log(`page open against closed, turns of ${seconds} s ...`);
    const row = await paired({
      name: 'samples/s with the live page open: against closed',
      unit: 'samples/s',
      better: 'higher',
      bar: 0.97,
      turns: quick ? 7 : 9,
      ours: async () => {
        const close = await openPage(server.page);
        try {
          return await samplesPerSecond(stream, seconds);
        } finally {
          await close();
        }
      },
      baseline: () => samplesPerSecond(stream, seconds),
    });
    await stream.close();
    return [row];
  } finally {
    await server.stop();
  }
}
