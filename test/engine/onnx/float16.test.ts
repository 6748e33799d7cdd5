import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompileOptions, InputShape, Tensors } from '../../../src/engine/engine.js';
import { halfOf, toFloat16 } from '../../../src/engine/onnx/float16.js';
import { ONNX_TYPE } from '../../../src/engine/onnx/model-proto.js';
import { createOnnxEngine } from '../../../src/engine/onnx/onnx-engine.js';
import { traceBatched } from '../../../src/engine/onnx/trace-batched.js';
import { selectEngine } from '../../../src/engine/select.js';
import { tf } from '../../../src/engine/tfjs.js';
import { createDenoiser } from '../../../src/generator/networks/denoiser.js';
import { logLikelihood } from '../../../src/generator/networks/losses.js';
import { initialWeights } from '../../../src/generator/networks/parameters.js';
import { createStTrans } from '../../../src/generator/networks/st-trans.js';
import { values } from '../agreement.js';

/** The number behind the bits of a float16 (IEEE 754-2019, section 3.4). */
function numberOf(half: number): number {
  const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe('halfOf', () => {
  it('gives back every float16', () => {
    for (let half = 0; half < 65_536; half++) {
      const number = numberOf(half);
      if (Number.isNaN(number)) expect(numberOf(halfOf(number))).toBeNaN();
      else expect(halfOf(number)).toBe(half);
    }
  });

  it('takes the nearest one, of two equally near ones the even one', () => {
    for (let half = 0; half < 0x7bff; half++) {
      const middle = (numberOf(half) + numberOf(half + 1)) / 2;
      expect(halfOf(middle)).toBe(half % 2 === 0 ? half : half + 1);
      expect(halfOf(-middle)).toBe((half % 2 === 0 ? half : half + 1) | 0x8000);
    }
    expect([65_519, 65_520, 1e9, -1e9].map(halfOf)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
    fc.assert(
      fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (number) => {
        const error = Math.abs(numberOf(halfOf(number)) - number);
        expect(error).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(number) * 2 ** -11));
      }),
    );
  });
});

interface Function {
  readonly fn: (tensors: Tensors) => Tensors;
  readonly inputs: Readonly<Record<string, InputShape>>;
  readonly options: CompileOptions;
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** Largest error of float16 as a share of the largest value. */
  readonly tolerance: number;
}

const B = 4;
const denoiser = createDenoiser({
  kind: 'frame-transformer',
  numFrames: 16,
  frameSize: 24,
  numClasses: 5,
  width: 64,
  blocks: 3,
  heads: 4,
});
const stTrans = createStTrans({
  kind: 'st-trans',
  ...{ numFrames: 16, numJoints: 8, channels: 3, numClasses: 5, width: 32, blocks: 2, heads: 4, patch: 4 },
});
const images = { x: values([B, 16, 24], 'x'), y: Float32Array.from({ length: B * 5 }, (_, i) => Number(i % 6 === 0)) };
const FUNCTIONS: Readonly<Record<string, Function>> = {
  denoiser: {
    fn: (tensors) => ({ x0Hat: denoiser.forward(tensors, { x: tensors.x!, t: tensors.t!, y: tensors.y! }) }),
    inputs: { x: ['B', 16, 24], t: ['B'], y: ['B', 5] },
    options: { constants: initialWeights(denoiser.parameters, 1) },
    feeds: { ...images, t: Float32Array.of(0.1, 0.4, 0.7, 0.95) },
    tolerance: 5e-3,
  },
  'gradient of ST-Trans': {
    fn: (tensors) => ({
      gradient: tf.grad((x) => tf.sum(logLikelihood(stTrans.forward(tensors, x), tensors.y!)))(tensors.x!),
    }),
    inputs: { x: ['B', 16, 24], y: ['B', 5] },
    options: { constants: initialWeights(stTrans.parameters, 1) },
    feeds: images,
    tolerance: 1e-2,
  },
  'choices, tests and whole numbers': {
    fn: ({ x, w }) => {
      const product = tf.matMul(x!, w!);
      const chosen = tf.where(tf.greater(product, 0.5), product, tf.neg(product));
      const best = tf.oneHot(tf.cast(tf.argMax(product, -1), 'int32'), 3);
      return {
        chosen,
        best: tf.cast(best, 'float32'),
        product,
        again: product,
        padded: tf.pad(
          chosen,
          [
            [0, 0],
            [1, 0],
          ],
          2,
        ),
        x: x!,
      };
    },
    inputs: { x: ['B', 6] },
    options: { constants: { w: { shape: [6, 3], data: values([6, 3], 'w') } } },
    feeds: {
      x: values([64], 'x')
        .map((value, i) => value + i / 64)
        .subarray(0, 24),
    },
    tolerance: 5e-3,
  },
};

describe('float16', () => {
  it.each(Object.keys(FUNCTIONS))('is near float32: %s', async (name) => {
    const { fn, inputs, options, feeds, tolerance } = FUNCTIONS[name]!;
    const single = await createOnnxEngine({ threads: 1 });
    const half = await createOnnxEngine({ threads: 1, precision: 'float16', float16Anywhere: true });
    const expected = await (await single.compile(fn, inputs, options)).run(feeds);
    const got = await (await half.compile(fn, inputs, options)).run(feeds);
    for (const output of Object.keys(expected)) {
      const largest = expected[output]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const error = expected[output]!.reduce((most, value, i) => Math.max(most, Math.abs(value - got[output]![i]!)), 0) / largest;
      expect(error, output).toBeLessThan(tolerance);
    }
    if (name !== 'choices, tests and whole numbers')
      expect(Object.values(got)[0], 'it is another precision').not.toEqual(Object.values(expected)[0]);
    await single.close();
    await half.close();
  });

  it('makes products and their weights float16 and keeps sums, exponentials and roots float32', () => {
    const { fn, inputs, options } = FUNCTIONS.denoiser!;
    const traced = traceBatched({ name: 'f', fn, inputs, constants: options.constants! });
    const { nodes, initializers } = toFloat16(traced);
    const types = new Map<string, number>(initializers.map(({ name, dataType }) => [name, dataType]));
    const casts = new Map(
      nodes.filter(({ opType }) => opType === 'Cast').map(({ output, attribute }) => [output[0]!, attribute[0]!.i!]),
    );
    for (const { opType, input } of nodes) {
      const known = input.map((name) => types.get(name) ?? casts.get(name)).filter((type) => type !== undefined);
      if (opType === 'MatMul') expect(known).not.toContain(ONNX_TYPE.float32);
      if (['ReduceMean', 'ReduceSum', 'Softmax', 'Sqrt', 'Exp'].includes(opType)) expect(known).not.toContain(ONNX_TYPE.float16);
    }
    const bytes = (list: typeof initializers) => list.reduce((sum, { rawData }) => sum + rawData.length, 0);
    expect(bytes(initializers) / bytes(traced.graph.initializers)).toBeLessThan(0.6);
  });

  it('is refused on engines without a GPU, with what to do', async () => {
    const refusal = { code: 'CONFIG_CONFLICT', message: expect.stringMatching(/float16.*choose an engine on a GPU/) };
    await expect(createOnnxEngine({ precision: 'float16' })).rejects.toMatchObject(refusal);
    for (const name of ['onnx', 'wasm', 'cpu'] as const)
      await expect(selectEngine({ name, precision: 'float16' })).rejects.toMatchObject(refusal);
  });
});
