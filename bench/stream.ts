import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { paired } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';
import { benchPython } from './harness/torch-worker.js';

const path = (relative: string): string => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** N, C, T, V, M of a puppet batch. */
const SHAPE = [64, 3, 64, 20, 1] as const;
const BATCH_BYTES = 4 * SHAPE.reduce<number>((size, axis) => size * axis, 1);

/** Starts `skelmix serve` on any free port and resolves with its TCP address. */
async function startServer(): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const sizes = ['--batch-size', `${SHAPE[0]}`, '--epoch-size', `${100 * SHAPE[0]}`, '--frames', `${SHAPE[2]}`];
  const settings = ['--data', 'puppet:4', '--ratio', '0', '--port', '0', ...sizes];
  const child: ChildProcess = spawn(process.execPath, [path('dist/cli/main.js'), 'serve', '--print-endpoint', ...settings], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout! });
  const endpoint = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('`skelmix serve` ended before it was ready')));
  });
  return {
    endpoint,
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Runs a script of bench/harness/python and returns the samples a second that it reports. */
async function samplesPerSecond(python: string, script: string, args: readonly string[]): Promise<number> {
  const child = spawn(python, [path(`bench/harness/python/${script}`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONPATH: path('clients/python/src') },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  if (exitCode !== 0) throw new Error(`bench/harness/python/${script} ended with ${exitCode}; its message stands above`);
  return (JSON.parse(Buffer.concat(chunks).toString()) as { samplesPerSecond: number }).samplesPerSecond;
}

/**
 * What the whole way from the mixer of a served stream to the arrays of a Python loop costs: samples a second that
 * `skelmix.connect` hands out, against a bare socket between two processes that carries the same bytes a batch. Real samples
 * only, all of them in the server's cache.
 */
export default async function bench({ quick, log }: BenchOptions): Promise<Row[]> {
  const python = benchPython();
  if (python === undefined) {
    log('no Python with the client: `npm test` makes one in .venv, or name one in SKELMIX_PYTHON');
    return [];
  }
  const time = ['--seconds', quick ? '1' : '4', '--warm-up', quick ? '0.3' : '1'];
  const raw = ['--bytes', `${BATCH_BYTES}`, '--samples', `${SHAPE[0]}`];
  const server = await startServer();
  try {
    const row = (name: string, bar: number, flags: readonly string[]): Promise<Row> => {
      log(`${name}: batches of [${SHAPE.join(', ')}], ${BATCH_BYTES} bytes ...`);
      return paired({
        name,
        unit: 'samples/s',
        better: 'higher',
        bar,
        ours: () => samplesPerSecond(python, 'stream_consumer.py', [server.endpoint, ...time, ...flags]),
        baseline: () => samplesPerSecond(python, 'raw_socket.py', [...raw, ...time, ...flags]),
      });
    };
    return [
      await row('server to Python over ipc: against a raw unix socket', 0.55, []),
      await row('server to Python over tcp: against a raw tcp socket', 0.75, ['--tcp']),
    ];
  } finally {
    await server.stop();
  }
}
