import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const ENGINE = new URL('../../dist/engine/index.js', import.meta.url).href;

/**
 * Grown megabytes of a fresh process over 500 runs of a function, after 100 that let allocators reach their size. A run gives
 * out 128 KiB and, with state, moves on as much: arrays that stayed would be 64 MB in the end. Garbage is collected all along,
 * so that what waits for its collection does not count.
 */
function grownBy(engine: string, withState: boolean): number {
  const script = `
    import { selectEngine, tf } from ${JSON.stringify(ENGINE)};
    const engine = await selectEngine({ name: ${JSON.stringify(engine)}, threads: 1 });
    const data = new Float32Array(128 * 256).fill(0.5);
    const state = ${withState} ? { s: { shape: [128, 256], data } } : {};
    const made = await engine.compile(
      ({ x, s }) => ({ y: tf.grad((z) => tf.sum(tf.square(tf.sub(z, s ?? 1))))(x), ...(s ? { s: tf.add(s, tf.mul(x, 1e-3)) } : {}) }),
      { x: [128, 256] },
      { state },
    );
    const measure = async (runs) => {
      for (let i = 1; i <= runs; i++) {
        await made.run({ x: data });
        if (i % 20 === 0) gc();
      }
      // Buffers outside the heap are freed by a second collection, after their owners.
      await new Promise((resolve) => setImmediate(resolve));
      gc();
      return process.memoryUsage().rss / 1e6;
    };
    const before = await measure(100);
    console.log((await measure(500)) - before);
    await engine.close();`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return Number(stdout);
}

it.each([
  ['onnx', false],
  ['onnx', true],
  ['cpu', true],
])(
  '500 runs of a function on %s (with state: %s) grow the process by less than 20 MB',
  (engine, withState) => {
    expect(grownBy(engine, withState)).toBeLessThan(20);
  },
  90_000,
);
