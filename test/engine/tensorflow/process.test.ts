import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findTensorflow } from '../../../src/engine/tensorflow/installation.js';

const ENGINE = new URL('../../../dist/engine/index.js', import.meta.url).href;
const isPresent = findTensorflow('cpu') !== undefined;

const USE = `
  import { selectEngine, tf } from ${JSON.stringify(ENGINE)};
  const engine = await selectEngine({ name: 'tensorflow-cpu' });
  const made = await engine.compile(({ x }) => ({ y: tf.grad((z) => tf.sum(tf.square(z)))(x) }), { x: [2] });
  const { y } = await made.run({ x: Float32Array.of(1, 2) });
  if (y[1] !== 4) throw new Error('got ' + y);
  await engine.close();`;

function run(script: string): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', timeout: 25_000 });
}

describe.skipIf(!isPresent)('a process that uses TensorFlow (needs `skelmix setup tensorflow`)', () => {
  it('prints nothing and ends by itself', () => {
    expect(run(USE)).toMatchObject({ stdout: '', stderr: '', status: 0 });
  });

  it('may use it in worker threads, several at once, and end', () => {
    const { stdout, stderr, status } = run(`
      import { Worker } from 'node:worker_threads';
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(USE)}));
      const ended = () => new Promise((resolve, reject) => new Worker(url).on('error', reject).on('exit', resolve));
      console.log(await Promise.all([ended(), ended()]));`);
    expect({ stdout: stdout.trim(), stderr, status }).toEqual({ stdout: '[ 0, 0 ]', stderr: '', status: 0 });
  });

  it('may use it where Node has lost the type tests that tfjs-node calls', () => {
    expect(run(`import util from 'node:util'; delete util.isNullOrUndefined; delete util.isArray;\n${USE}`)).toMatchObject({
      stderr: '',
      status: 0,
    });
  });
});
