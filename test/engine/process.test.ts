import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDevice } from '../../src/engine/onnx/device.js';

const device = await findDevice('webgpu');

const ENGINE = new URL('../../dist/engine/index.js', import.meta.url).href;

/** Runs a module in a fresh process, where tfjs has not said its greeting yet. */
function run(body: string, env: NodeJS.ProcessEnv = process.env): { stdout: string; stderr: string; status: number | null } {
  const script = `import { createCpuEngine, createWasmEngine, selectEngine, tf } from ${JSON.stringify(ENGINE)};\n${body}`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', timeout: 25_000, env });
}

const USE = `
  const fn = ({ x }) => ({ y: tf.grad((z) => tf.sum(tf.square(z)))(x) });
  for (const engine of [await selectEngine(), await createWasmEngine(), await createCpuEngine()]) {
    const made = await engine.compile(fn, { x: [2] });
    const { y } = await made.run({ x: Float32Array.of(1, 2) });
    if (y[1] !== 4) throw new Error('got ' + y);
    await engine.close();
  }
  tf.tensor([1]).dispose();`;

describe('a process that uses engines', () => {
  it('prints nothing and ends by itself', () => {
    expect(run(USE)).toMatchObject({ stdout: '', stderr: '', status: 0 });
  });

  it('may use them in worker threads, several at once, and end', () => {
    const worker = `import { createCpuEngine, createWasmEngine, selectEngine, tf } from ${JSON.stringify(ENGINE)};\n${USE}`;
    const { stdout, stderr, status } = run(`
      import { Worker } from 'node:worker_threads';
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)}));
      const ended = () => new Promise((resolve, reject) => new Worker(url).on('error', reject).on('exit', resolve));
      console.log(await Promise.all([ended(), ended()]));
      ${USE}`);
    expect({ stdout: stdout.trim(), stderr, status }).toEqual({ stdout: '[ 0, 0 ]', stderr: '', status: 0 });
  });

  it('leaves nothing behind: onnxruntime is kept from reporting to its maker', () => {
    const folder = mkdtempSync(join(tmpdir(), 'skelmix-telemetry-'));
    try {
      const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
      expect(run(USE, { ...env, TMPDIR: folder, XDG_CACHE_HOME: folder, HOME: folder })).toMatchObject({ status: 0 });
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(!device.usable)('may use webgpu (needs a device) in a worker thread, and end', () => {
    const worker = `import { createCpuEngine, selectEngine, tf } from ${JSON.stringify(ENGINE)};
      ${USE.replace('selectEngine()', `selectEngine({ name: 'onnx-webgpu' })`)}`;
    const { stdout, status } = run(`
      import { Worker } from 'node:worker_threads';
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)}));
      new Worker(url).on('exit', (code) => console.log(code));`);
    expect({ stdout, status }).toEqual({ stdout: '0\n', status: 0 });
  });
});
