import { paired } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';
import { samplesPerSecond, startServer } from './harness/served-stream.js';
import { benchPython } from './harness/torch-worker.js';

/** N, C, T, V, M of a puppet batch. */
const SHAPE = [64, 3, 64, 20, 1] as const;
const BATCH_BYTES = 4 * SHAPE.reduce<number>((size, axis) => size * axis, 1);

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
  const sizes = ['--batch-size', `${SHAPE[0]}`, '--epoch-size', `${100 * SHAPE[0]}`, '--frames', `${SHAPE[2]}`];
  const server = await startServer(['--data', 'puppet:4', ...sizes]);
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
