import { afterEach, describe, expect, it } from 'vitest';
import type { Engine, Tensors } from '../../../src/engine/engine.js';
import { tf } from '../../../src/engine/tfjs.js';
import { guardMemory, MemoryExceeded } from '../../../src/engine/wasm/memory-guard.js';
import { WASM_BACKEND } from '../../../src/engine/wasm/wasm-backend.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { values } from '../agreement.js';

const open: Engine[] = [];
const create = async (maxBytes?: number): Promise<Engine> => {
  const engine = await createWasmEngine(maxBytes === undefined ? {} : { maxBytes });
  open.push(engine);
  return engine;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

/** Gradient of a chain whose results the tape keeps. */
const chain = ({ x }: Tensors): Tensors => ({
  g: tf.grad((z) => {
    let h = z;
    for (let i = 0; i < 6; i++) h = tf.tanh(tf.matMul(tf.reshape(h, [64, 64]), x!));
    return tf.sum(h);
  })(x!),
});
const feeds = { x: values([64, 64], 'x', [-0.1, 0.1]) };
const shapes = { x: [64, 64] };

async function bytesNeeded(): Promise<number> {
  const small = await create(1);
  const error = await small.compile(chain, shapes).catch((reason: unknown) => reason);
  return (error as { details: { bytes: number } }).details.bytes;
}

type Heap = { wasm: { HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(address: number): void } };
const heap = (): Heap['wasm'] => (tf.findBackend(WASM_BACKEND) as unknown as Heap).wasm;

describe('the memory of wasm', () => {
  it('is refused to a function that would need more, when it is compiled, with the size and what to do', async () => {
    const engine = await create();
    const outer = ({ a, b }: Tensors): Tensors => ({ y: tf.sum(tf.mul(a!, b!)) });
    await expect(engine.compile(outer, { a: [40_000, 1], b: [1, 40_000] }, { name: 'outer' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(
        /^outer needs 6104 MiB for its tensors on the engine wasm, which allows 3072 MiB: run it with a smaller group/,
      ),
      details: { bytes: 4 * (40_000 * 40_000 + 80_000 + 1), maxBytes: 3 * 2 ** 30 },
    });
  });

  it('is estimated closely: a function runs within what it was said to need, not within two thirds of it', async () => {
    const bytes = await bytesNeeded();
    const enough = await (await create(bytes)).compile(chain, shapes);
    await expect(enough.run(feeds)).resolves.toHaveProperty('g');

    // A run is held to the limit as well as the estimate: fill the module until a third is missing.
    const filler = heap()._malloc(Math.floor(bytes / 3));
    await expect(enough.run(feeds)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', details: { maxBytes: bytes } });
    expect(filler).toBeGreaterThan(0);
    await expect(enough.run(feeds), 'the next run has a fresh module').resolves.toHaveProperty('g');
  });

  it('does not grow over a hundred runs', async () => {
    const made = await (await create()).compile(chain, shapes);
    await made.run(feeds);
    const before = { bytes: heap().HEAPU8.length, tensors: tf.memory().numTensors };
    const ids = (tf.findBackend(WASM_BACKEND) as { numDataIds(): number }).numDataIds();
    for (let i = 0; i < 100; i++) await made.run(feeds);
    expect({ bytes: heap().HEAPU8.length, tensors: tf.memory().numTensors }).toEqual(before);
    expect((tf.findBackend(WASM_BACKEND) as { numDataIds(): number }).numDataIds()).toBe(ids);
  });

  it('is given back when the last engine of the thread closes', async () => {
    const [first, second] = [await create(), await create()];
    await first.close();
    expect(tf.findBackend(WASM_BACKEND)).not.toBeNull();
    const made = await second.compile(chain, shapes);
    await made.run(feeds);
    await second.close();
    expect(tf.findBackend(WASM_BACKEND)).toBeNull();
  });
});

describe('a module that breaks', () => {
  /** Writes over the allocator's book-keeping, as a faulty kernel does. */
  const wreck = (): void => void heap().HEAPU8.fill(0xff);

  it('fails one run with a reason and leaves the next, the other engines and the process unharmed', async () => {
    const listeners = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
    const [engine, other] = [await create(), await create()];
    let broken = true;
    const fn = ({ x }: Tensors): Tensors => {
      if (broken && tf.getBackend() === WASM_BACKEND) wreck();
      return { y: tf.matMul(x!, x!) };
    };
    const made = await engine.compile(fn, { x: [2, 2] }, { name: 'net' });
    const x = Float32Array.of(1, 2, 3, 4);
    await expect(made.run({ x })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/^net broke off inside the engine wasm: .*The next run starts with a fresh memory/s),
    });
    broken = false;
    expect(await made.run({ x })).toEqual({ y: Float32Array.of(7, 10, 15, 22) });
    const second = await other.compile(({ x }) => ({ y: tf.neg(x!) }), { x: [1] });
    expect(await second.run({ x: Float32Array.of(1) })).toEqual({ y: Float32Array.of(-1) });
    expect(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')).toBe(listeners);
    expect(tf.getBackend()).toBe('cpu');
  });

  it('lets a tensor be read that a function took from outside', async () => {
    const outside = tf.tensor1d([10, 20]);
    let broken = false;
    const fn = ({ x }: Tensors): Tensors => {
      const y = tf.add(x!, outside);
      if (broken && tf.getBackend() === WASM_BACKEND) throw new Error('from inside');
      return { y };
    };
    const made = await (await create()).compile(fn, { x: [2] });
    broken = true;
    await expect(made.run({ x: Float32Array.of(1, 2) })).rejects.toThrow('from inside');
    broken = false;
    expect([...outside.dataSync()]).toEqual([10, 20]);
    expect(await made.run({ x: Float32Array.of(1, 2) })).toEqual({ y: Float32Array.of(11, 22) });
    outside.dispose();
  });

  it('is replaced once for runs that overlap', async () => {
    let failures = 1;
    const fn = ({ x }: Tensors): Tensors => {
      if (tf.getBackend() === WASM_BACKEND && failures-- > 0) throw new Error('first');
      return { y: tf.neg(x!) };
    };
    const made = await (await create()).compile(fn, { x: [1] });
    const results = await Promise.allSettled([1, 2, 3].map((value) => made.run({ x: Float32Array.of(value) })));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
});

describe('the guard of a module', () => {
  const module = (end: number) => {
    let next = 16;
    return {
      _malloc: (bytes: number) => {
        if (next + bytes > end) return 0;
        next += bytes;
        return (next - bytes) | 0;
      },
      _free: () => undefined,
    };
  };

  it('counts what is freed, and refuses beyond the limit without asking the module', () => {
    const guarded = module(1e6);
    guardMemory(guarded).maxBytes = 100;
    const first = guarded._malloc(60);
    expect(() => guarded._malloc(41)).toThrow(new MemoryExceeded(101));
    (guarded._free as (address: number) => void)(first);
    expect(guarded._malloc(100)).toBeGreaterThan(0);
  });

  it('throws where the module has no memory left', () => {
    const guarded = module(100);
    guardMemory(guarded);
    expect(() => guarded._malloc(200)).toThrow(MemoryExceeded);
  });

  it('gives addresses above 2 GiB as positive numbers', () => {
    const guarded = module(4e9);
    guardMemory(guarded);
    guarded._malloc(3e9);
    expect(guarded._malloc(10)).toBeGreaterThan(3e9);
  });
});
