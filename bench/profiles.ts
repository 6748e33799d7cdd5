import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLoader } from '../src/index.js';
import { writeNtuLikeClips } from './harness/ntu-like-clips.js';
import { paired } from './harness/paired.js';
import { realClips, writeClips } from './harness/real-clips.js';
import type { BenchOptions, Row } from './harness/row.js';
import { samplesPerSecond, startServer } from './harness/served-stream.js';
import { benchPython } from './harness/torch-worker.js';

const CLIPS = 512;
/** What PYSKL's configurations ask for. */
const PROCESSES = 2;
const BATCH = 64;
/** Bytes of a batch of [64, 3, 64, 25, 2]. */
const CTRGCN_BYTES = 4 * BATCH * 3 * 64 * 25 * 2;

/** Samples a second of a loop in this process over `pyskl-3d`, after one round of its `clips` clips. */
async function loaderRate(data: string, clips: number, seconds: number): Promise<number> {
  await using loader = await createLoader({
    data,
    mix: { ratio: 0 },
    batch: { size: BATCH },
    profile: { name: 'pyskl-3d' },
    loader: { workers: 1 },
  });
  let samples = 0;
  let began = performance.now();
  for await (const batch of loader) {
    if (batch.seq < clips / BATCH) began = performance.now();
    else samples += batch.ids.length;
    if (samples > 0 && performance.now() - began > 1000 * seconds) break;
  }
  return samples / ((performance.now() - began) / 1000);
}

/** Clips for both sides. */
interface Clips {
  readonly spec: string;
  /** Where Python reads them. */
  readonly path: string;
  readonly count: number;
}

/**
 * What profiles cost: samples a second of `pyskl-3d` against the same pipeline in Python with the two worker processes that PYSKL's
 * configurations ask for (and PYSKL's own code, with `--pyskl CHECKOUT`), and of `ctrgcn-ntu60` from a server to one Python loop, beside a
 * bare socket that carries the same bytes. Clips of NTU RGB+D's sizes are made for it, and UTD-MHAD is read where it is there; real
 * samples only.
 */
export default async function bench({ quick, log, pyskl }: BenchOptions): Promise<Row[]> {
  const python = benchPython();
  if (python === undefined) {
    log('no Python with NumPy and the client: `npm test` makes one in .venv, or name one in SKELMIX_PYTHON');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'skelmix-bench-'));
  const path = join(folder, 'clips.npz');
  const data = `ctrgcn:${path}`;
  const seconds = quick ? 1 : 3;
  const rows: Row[] = [];
  try {
    await writeNtuLikeClips(path, CLIPS);
    const againstPython = async (what: string, clips: Clips): Promise<void> => {
      for (const [side, flags] of [
        ['the steps in NumPy', []],
        ["PYSKL's own code", ['--pyskl', pyskl!]],
      ] as const) {
        if (flags.length > 0 && pyskl === undefined) continue;
        const name = `pyskl-3d, T = 100, ${what}: against ${side}, ${PROCESSES} processes`;
        log(`${name}: ${clips.count} clips ...`);
        const args = [clips.path, '--seconds', `${seconds}`, '--processes', `${PROCESSES}`, ...flags];
        const baseline = () => samplesPerSecond(python, 'pyskl_pipeline.py', args);
        const ours = () => loaderRate(clips.spec, clips.count, seconds);
        rows.push(await paired({ name, unit: 'samples/s', better: 'higher', bar: 5, ours, baseline }));
      }
    };
    await againstPython('like NTU RGB+D', { spec: data, path, count: CLIPS });
    const utd = realClips('utd-mhad');
    if (utd === undefined) log('no UTD-MHAD: its rows are left out');
    else {
      const [spec, at] = [`utd-mhad:${utd}`, join(folder, 'utd-mhad.npz')];
      await againstPython('UTD-MHAD', { spec, path: at, count: await writeClips(spec, at) });
    }
    const server = await startServer([
      '--data',
      data,
      '--profile',
      'ctrgcn-ntu60',
      '--batch-size',
      `${BATCH}`,
      '--epoch-size',
      '6400',
    ]);
    try {
      const time = ['--seconds', `${seconds}`, '--warm-up', quick ? '0.5' : '1'];
      const raw = ['--bytes', `${CTRGCN_BYTES}`, '--samples', `${BATCH}`];
      for (const [way, flags] of [
        ['ipc', []],
        ['tcp', ['--tcp']],
      ] as const) {
        const name = `ctrgcn-ntu60, T = 64, to one Python loop over ${way} (at least 2,000): beside a raw socket`;
        log(`${name} ...`);
        rows.push(
          await paired({
            name,
            unit: 'samples/s',
            better: 'higher',
            ours: () => samplesPerSecond(python, 'stream_consumer.py', [server.endpoint, ...time, ...flags]),
            baseline: () => samplesPerSecond(python, 'raw_socket.py', [...raw, ...time, ...flags]),
          }),
        );
      }
    } finally {
      await server.stop();
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
