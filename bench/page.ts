import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect, type RemoteStream } from '../src/index.js';
import { chromiumPath, launchChromium } from './harness/chromium.js';
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

/** Opens the page in a browser without a window. */
async function openBrowser(address: string): Promise<() => Promise<void>> {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(address);
  await page.waitForSelector('.pane.real .facts dt');
  return () => browser.close();
}

/** Takes batches for so many seconds: samples a second, and microseconds of processor time that the server took for each. */
async function takeFor(stream: RemoteStream, seconds: number, page: string): Promise<{ rate: number; cpu: number }> {
  const cpuSeconds = async (): Promise<number> => {
    const text = await (await fetch(new URL('metrics', page))).text();
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
  };
  const iterator = stream[Symbol.asyncIterator]();
  const cpuBefore = await cpuSeconds();
  const began = performance.now();
  let samples = 0;
  while (performance.now() - began < 1000 * seconds) {
    const { value } = await iterator.next();
    samples += value?.shape.N ?? 0;
  }
  const rate = (1000 * samples) / (performance.now() - began);
  return { rate, cpu: (1e6 * ((await cpuSeconds()) - cpuBefore)) / samples };
}

/**
 * What an open page costs the stream, while it is open against while it is closed:
 * - samples a second that a loop in another process gets while somebody asks what a page asks;
 * - processor time of the server for a sample, with that and, where there is Chromium, with the page itself. The browser's own
 *   processor time is not the stream's.
 */
export default async function bench({ quick, log }: BenchOptions): Promise<Row[]> {
  const server = await startServer();
  const seconds = quick ? 1.5 : 6;
  const turns = quick ? 7 : 9;
  try {
    const stream = await connect(server.endpoint, { preferIpc: true });
    const measure = (name: string, what: 'rate' | 'cpu', open: (page: string) => Promise<() => Promise<void>>): Promise<Row> =>
      paired({
        name,
        ...(what === 'rate'
          ? { unit: 'samples/s', better: 'higher' as const, bar: 0.97 }
          : { unit: 'us', better: 'lower' as const, bar: 1.03 }),
        turns,
        ours: async () => {
          const close = await open(server.page);
          try {
            return (await takeFor(stream, seconds, server.page))[what];
          } finally {
            await close();
          }
        },
        baseline: async () => (await takeFor(stream, seconds, server.page))[what],
      });
    log(`page open against closed, turns of ${seconds} s ...`);
    const rows = [
      await measure('samples/s with the live page open: against closed', 'rate', openPage),
      await measure('server CPU a sample with the live page open: against closed', 'cpu', openPage),
      ...(chromiumPath === undefined
        ? []
        : [await measure('server CPU a sample with the page open in Chromium: against closed', 'cpu', openBrowser)]),
    ];
    await stream.close();
    return rows;
  } finally {
    await server.stop();
  }
}
