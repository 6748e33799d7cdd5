import { paired } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';
import { figuresOf, samplesPerSecond, startServer } from './harness/served-stream.js';
import { benchPython } from './harness/torch-worker.js';

/** N, C, T, V, M of a puppet batch. */
const SHAPE = [64, 3, 64, 20, 1] as const;
const BATCH_BYTES = 4 * SHAPE.reduce<number>((size, axis) => size * axis, 1);

/**
 * What the whole way from the mixer of a served stream to the arrays of a Python loop costs: samples a second that
 * `skelmix.connect` hands out, against a bare socket between two processes that carries the same bytes a batch. Real samples
 * only, all of them in the server's cache. Beside it torch's DataLoader over a memory-mapped file of as large clips, and how much
 * the loop's memory grows.
 */
export default async function bench({ quick, log }: BenchOptions): Promise<Row[]> {
  const python = benchPython();
  if (python === undefined) {
    log('no Python with the client: `npm test` makes one in .venv, or name one in SKELMIX_PYTHON');
    return [];
  }
  const time = ['--seconds', quick ? '1' : '4', '--warm-up', quick ? '0.3' : '1'];
  const raw = ['--bytes', `${BATCH_BYTES}`, '--samples', `${SHAPE[0]}`];
  const sizes = ['--batch-size', `${SHAPE[0]}`, '--epoch-size', `${100 * SHAPE[0]}`, '--frames', `${SHAPE[2]}`];
  const server = await startServer(['--data', 'puppet:4', ...sizes]);
  try {
    const ours = (flags: readonly string[]) => () =>
      samplesPerSecond(python, 'stream_consumer.py', [server.endpoint, ...time, ...flags]);
    const row = (
      name: string,
      bar: number,
      flags: readonly string[],
      script: string,
      theirs: readonly string[],
    ): Promise<Row> => {
      log(`${name}: batches of [${SHAPE.join(', ')}], ${BATCH_BYTES} bytes ...`);
      const baseline = (): Promise<number> => samplesPerSecond(python, script, [...theirs, ...time]);
      return paired({ name, unit: 'samples/s', better: 'higher', bar, ours: ours(flags), baseline });
    };
    const torch = (workers: number): string[] => ['--shape', SHAPE.join(','), '--workers', `${workers}`];
    const loader = 'torch_loader.py';
    const tensors = ['--output', 'torch'];
    return [
      await row('server to Python over ipc: against a raw unix socket', 0.55, [], 'raw_socket.py', raw),
      await row('server to Python over tcp: against a raw tcp socket', 0.75, ['--tcp'], 'raw_socket.py', [...raw, '--tcp']),
      await row('server to Python: against a DataLoader with 2 workers', 5, tensors, loader, torch(2)),
      await row('server to Python: against a DataLoader without workers', 0.8, tensors, loader, torch(0)),
      await growth(python, server.endpoint, quick ? 2000 : 10_000, log),
    ];
  } finally {
    await server.stop();
  }
}

/** Memory that a Python loop has more after so many batches. */
async function growth(python: string, endpoint: string, batches: number, log: (line: string) => void): Promise<Row> {
  log(`memory over ${batches} batches ...`);
  const { grownMib } = await figuresOf(python, 'stream_memory.py', [endpoint, '--batches', `${batches}`]);
  const name = `memory that a Python loop grows by over ${batches} batches`;
  return { name, value: grownMib!, unit: 'MiB', baseline: null, ratio: null, better: 'lower', bar: null };
}
