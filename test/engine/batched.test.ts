import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { Engine, InputShape, NamedArray, Tensors } from '../../src/engine/engine.js';
import { sizeOf } from '../../src/engine/feeds.js';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.js';
import { tf } from '../../src/engine/tfjs.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { createDenoiser } from '../../src/generator/networks/denoiser.js';
import { logLikelihood } from '../../src/generator/networks/losses.js';
import { initialWeights } from '../../src/generator/networks/parameters.js';
import { createStTrans } from '../../src/generator/networks/st-trans.js';
import { expectClose, values } from './agreement.js';
import { ALL_ENGINES, COMPARED_ENGINES, describeEngines } from './engines.js';

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);
const denoiser = createDenoiser({
  kind: 'frame-transformer',
  numFrames: 6,
  frameSize: 6,
  numClasses: 3,
  width: 8,
  blocks: 2,
  heads: 2,
});
const stTrans = createStTrans({
  kind: 'st-trans',
  ...{ numFrames: 6, numJoints: 2, channels: 3, numClasses: 3, width: 8, blocks: 2, heads: 2, patch: 2 },
});

interface Case {
  readonly fn: (tensors: Tensors) => Tensors;
  readonly inputs: Readonly<Record<string, InputShape>>;
  readonly constants?: Readonly<Record<string, NamedArray>>;
}

/** Functions of rows, with what may differ between batches: targets of reshapes, bounds, repeated and expanded tensors. */
const CASES: Readonly<Record<string, Case>> = {
  'the denoiser with classifier-free guidance': {
    fn: (tensors) => {
      const twice = (value: Tensors[string]) => tf.concat([value, value], 0);
      const y = tf.concat([tensors.y!, tf.zerosLike(tensors.y!)], 0);
      const both = denoiser.forward(tensors, { x: twice(tensors.x!), t: twice(tensors.t!), y });
      const [conditional, unconditional] = tf.split(both, 2, 0) as [Tensors[string], Tensors[string]];
      return { x0Hat: tf.add(unconditional, tf.mul(tf.sub(conditional, unconditional), tensors.scale!)) };
    },
    inputs: { x: ['B', 6, 6], t: ['B'], y: ['B', 3], scale: [1] },
    constants: initialWeights(denoiser.parameters, 1),
  },
  'the gradient of ST-Trans': {
    fn: (tensors) => ({
      gradient: tf.grad((x) => tf.sum(logLikelihood(stTrans.forward(tensors, x), tensors.y!)))(tensors.x!),
    }),
    inputs: { x: ['B', 6, 6], y: ['B', 3] },
    constants: initialWeights(stTrans.parameters, 1),
  },
  'moves of rows': {
    fn: ({ x, w }) => {
      const [B] = x!.shape as [number];
      const flat = tf.reshape(x!, [B * 2, 3]);
      const tiled = tf.tile(tf.expandDims(tf.mean(x!, 1), 1), [1, 4, 1]);
      return {
        product: tf.matMul(tf.reshape(flat, [B, 6]), w!),
        square: tf.matMul(tf.reshape(flat, [B, 2, 3]), tf.broadcastTo(tf.expandDims(tf.slice(w!, [0, 0], [3, 2]), 0), [B, 3, 2])),
        tiled,
        stacked: tf.stack([tf.sum(x!, [1, 2]), tf.max(x!, [1, 2])], 1),
        swapped: tf.transpose(tf.reshape(tf.transpose(flat), [3, B, 2]), [1, 2, 0]),
        ones: tf.onesLike(x!),
        same: x!,
      };
    },
    inputs: { x: ['B', 2, 3] },
    constants: { w: { shape: [6, 4], data: values([6, 4], 'w') } },
  },
};

const feedsOf = ({ inputs }: Case, B: number): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => {
      const most = shape.map((dim) => (dim === 'B' ? 64 : dim));
      const all = values(most, name, [-1, 1]);
      return [name, shape[0] === 'B' ? all.subarray(0, B * sizeOf(most.slice(1))) : all];
    }),
  );

const compiled = ({ fn, inputs, constants }: Case, engine: Engine) => engine.compile(fn, inputs, { constants: constants ?? {} });

describeEngines(
  ALL_ENGINES,
  (name) => `a batched function on ${name}`,
  ({ name, create }) => {
    const tolerance = COMPARED_ENGINES.find((compared) => compared.name === name)?.tolerance ?? 0;
    let engine: Engine;
    let cpu: Engine;
    beforeAll(async () => {
      engine = await create();
      cpu = await createCpuEngine();
    });
    afterAll(async () => {
      await engine.close();
      await cpu.close();
    });

    it.each(Object.keys(CASES))('is compiled once for every number of rows: %s', async (name) => {
      const made = await compiled(CASES[name]!, engine);
      expect(made.inputs).toEqual(CASES[name]!.inputs);
      for (const B of [1, 2, 3, 7, 10]) {
        const feeds = feedsOf(CASES[name]!, B);
        const shapes = Object.fromEntries(
          Object.entries(CASES[name]!.inputs).map(([input, shape]) => [input, shape.map((dim) => (dim === 'B' ? B : dim))]),
        );
        const fixed = await compiled({ ...CASES[name]!, inputs: shapes }, cpu);
        const expected = await fixed.run(feeds);
        const got = await made.run(feeds);
        expect(Object.keys(got)).toEqual(Object.keys(made.outputs));
        for (const output of Object.keys(expected)) {
          const shape = fixed.outputs[output] as number[];
          expect(made.outputs[output]).toEqual(['B', ...shape.slice(1)]);
          expectClose(got[output]!, expected[output]!, `${output} of ${B} rows`, tolerance);
        }
        await fixed.release();
      }
      await made.release();
    });

    it('gives empty outputs for no rows', async () => {
      const made = await compiled(CASES['moves of rows']!, engine);
      const outputs = await made.run({ x: new Float32Array(0) });
      expect(Object.values(outputs).map(({ length }) => length)).toEqual([0, 0, 0, 0, 0, 0, 0]);
      await made.release();
    });

    it('refuses feeds of different numbers of rows, and parts of rows, with the numbers', async () => {
      const made = await engine.compile(({ x, y }) => ({ z: tf.add(x!, y!) }), { x: ['B', 3], y: ['B', 1] }, { name: 'sum' });
      await expect(made.run({ x: new Float32Array(6), y: new Float32Array(3) })).rejects.toMatchObject({
        code: 'WEIGHTS_SHAPE',
        message: "feed 'y' of sum has 3 rows, but 'x' has 2; expected equal numbers of rows",
      });
      await expect(made.run({ x: new Float32Array(7), y: new Float32Array(2) })).rejects.toMatchObject({
        code: 'WEIGHTS_SHAPE',
        message: expect.stringMatching(
          /'x' of sum got 7 values; expected a Float32Array of a multiple of 3 values for the shape \[B,3\]/,
        ),
      });
      expect(await made.run({ x: f32(1, 2, 3, 4, 5, 6), y: f32(10, 20) })).toEqual({ z: f32(11, 12, 13, 24, 25, 26) });
      await made.release();
    });

    it.each<[string, (tensors: Tensors) => Tensors, string]>([
      ['the mean over all rows', ({ x }) => ({ y: tf.sub(x!, tf.mul(tf.onesLike(x!), 1 / x!.shape[0]!)) }), 'KERNEL_UNSUPPORTED'],
      [
        'a number of operations that grows',
        ({ x }) => ({ y: tf.stack(tf.unstack(x!).map((row) => tf.exp(row))) }),
        'KERNEL_UNSUPPORTED',
      ],
      ['rows of its own', ({ x }) => ({ y: tf.add(x!, tf.expandDims(tf.range(0, x!.shape[0]!), 1)) }), 'KERNEL_UNSUPPORTED'],
      [
        'bounds out of proportion',
        ({ x }) => ({ y: tf.concat([tf.slice(x!, [1, 0], [x!.shape[0]! - 1, 3]), tf.slice(x!, [0, 0], [1, 3])]) }),
        'KERNEL_UNSUPPORTED',
      ],
      ['other operations', ({ x }) => ({ y: x!.shape[0]! % 3 === 1 ? tf.exp(x!) : tf.log(x!) }), 'KERNEL_UNSUPPORTED'],
      ['an output without rows', ({ x }) => ({ y: tf.sum(x!, 0) }), 'WEIGHTS_SHAPE'],
      ['an output of other rows', ({ x }) => ({ y: tf.concat([x!, x!]) }), 'WEIGHTS_SHAPE'],
    ])('is refused where it has %s', async (_, fn, code) => {
      await expect(engine.compile(fn, { x: ['B', 3] }, { name: 'net' })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(/net /),
      });
    });

    it('is refused where B is no first axis, where no input tells it, and with state', async () => {
      const same = ({ x }: Tensors): Tensors => ({ x: x! });
      for (const shape of [
        [3, 'B'],
        ['N', 3],
        ['B', 0],
      ] as unknown as InputShape[])
        await expect(engine.compile(same, { x: shape })).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE' });
      const state = { s: { shape: [1], data: f32(0) } };
      await expect(engine.compile(({ x, s }) => ({ y: x!, s: s! }), { x: ['B'] }, { state })).rejects.toMatchObject({
        code: 'WEIGHTS_SHAPE',
        message: expect.stringMatching(/batched inputs and state/),
      });
    });
  },
);

describe('a run that is cut into chunks', () => {
  const makers = {
    onnx: (maxBytes: number) => createOnnxEngine({ threads: 1, maxRunBytes: maxBytes }),
    wasm: (maxBytes: number) => createWasmEngine({ maxBytes }),
  };

  it.each(Object.keys(makers) as (keyof typeof makers)[])('gives the same as a whole one on %s', async (name) => {
    for (const sample of Object.values(CASES)) {
      const whole = await makers[name](2 ** 30);
      const reference = await compiled(sample, whole);
      for (const maxBytes of name === 'onnx' ? [0, 30_000, 100_000] : [1_700_000, 2_500_000]) {
        const engine = await makers[name](maxBytes);
        const made = await compiled(sample, engine);
        await fc.assert(
          fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (B) => {
            const feeds = feedsOf(sample, B);
            const expected = await reference.run(feeds);
            const got = await made.run(feeds);
            for (const output of Object.keys(expected)) expectClose(got[output]!, expected[output]!, output, 1e-6);
          }),
          { numRuns: 8 },
        );
        await engine.close();
      }
      await whole.close();
    }
  });

  it('gives the same bits on onnx where the axes are multiples of 16', async () => {
    const [T, V, channels, K] = [16, 8, 4, 16];
    const network = createStTrans({
      kind: 'st-trans',
      ...{ numFrames: T, numJoints: V, channels, numClasses: K, width: 32, blocks: 1, heads: 2, patch: 4 },
    });
    const sample: Case = {
      fn: (tensors) => ({
        gradient: tf.grad((x) => tf.sum(logLikelihood(network.forward(tensors, x), tensors.y!)))(tensors.x!),
      }),
      inputs: { x: ['B', T, V * channels], y: ['B', K] },
      constants: initialWeights(network.parameters, 1),
    };
    const feeds = feedsOf(sample, 9);
    const results = await Promise.all(
      [2 ** 30, 4_000_000, 0].map(async (maxRunBytes) => {
        const engine = await createOnnxEngine({ threads: 1, maxRunBytes });
        const { gradient } = await (await compiled(sample, engine)).run(feeds);
        await engine.close();
        return gradient;
      }),
    );
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('holds no more memory on wasm than one chunk may', async () => {
    const inputs = { x: ['B', 1000] } as const;
    const fn = ({ x }: Tensors): Tensors => ({ y: tf.exp(tf.mul(x!, 0.5)) });
    const engine = await createWasmEngine({ maxBytes: 100_000 });
    const fixed = engine.compile(fn, { x: [100, 1000] });
    await expect(fixed).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    const made = await engine.compile(fn, inputs);
    const { y } = await made.run({ x: new Float32Array(100_000).fill(2) });
    expect(y!.every((value) => Math.abs(value - Math.E) < 1e-5)).toBe(true);
    await expect(engine.compile(fn, { x: ['B', 100_000] })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await engine.close();
  });
});
