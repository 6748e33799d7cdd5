import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { CompileOptions, Engine, NamedArray, Tensors } from '../../src/engine/engine.js';
import { tf } from '../../src/engine/tfjs.js';
import { createDenoiser } from '../../src/generator/networks/denoiser.js';
import { crossEntropy, denoisingLoss, logLikelihood } from '../../src/generator/networks/losses.js';
import { initialWeights } from '../../src/generator/networks/parameters.js';
import { createStTrans } from '../../src/generator/networks/st-trans.js';
import { expectClose, values } from '../engine/agreement.js';
import { COMPARED_ENGINES, describeEngines } from '../engine/engines.js';

const [B, T, V, C, K] = [3, 8, 5, 3, 4];
const F = V * C;
const oneHot = Float32Array.from({ length: B * K }, (_, i) => Number(i % K === Math.floor(i / K)));

const denoiser = createDenoiser({
  kind: 'frame-transformer',
  numFrames: T,
  frameSize: F,
  numClasses: K,
  width: 16,
  blocks: 2,
  heads: 2,
});
const stTrans = createStTrans({
  kind: 'st-trans',
  numFrames: T,
  numJoints: V,
  channels: C,
  numClasses: K,
  width: 16,
  blocks: 2,
  heads: 2,
  patch: 2,
});

const image: NamedArray = { shape: [B, T, F], data: values([B, T, F], 'x', [-1, 1]) };
const target: NamedArray = { shape: [B, T, F], data: values([B, T, F], 'target', [-1, 1]) };
const y: NamedArray = { shape: [B, K], data: oneHot };
const t: NamedArray = { shape: [B], data: Float32Array.of(0.2, 0.5, 0.9) };

/** Gradients of a loss with respect to every weight of a network. */
const gradients = (names: readonly string[], given: Tensors, loss: (weights: Tensors) => Tensor): Tensors => {
  const bound = (...weights: Tensor[]) => tf.sum(loss(Object.fromEntries(names.map((name, i) => [name, weights[i]!]))));
  const found = tf.grads(bound)(names.map((name) => given[name]!));
  return Object.fromEntries(names.map((name, i) => [name, found[i]!]));
};

describeEngines(
  COMPARED_ENGINES,
  (name) => `the networks on ${name} agree with cpu`,
  ({ create, tolerance }) => {
    let tested: Engine;
    let cpu: Engine;

    beforeAll(async () => {
      tested = await create();
      cpu = await createCpuEngine();
    });
    afterAll(async () => {
      await tested.close();
      await cpu.close();
    });

    async function compare(
      fn: (tensors: Tensors) => Tensors,
      feeds: Record<string, NamedArray>,
      options: CompileOptions,
    ): Promise<void> {
      const shapes = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
      const data = Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, array.data]));
      const got = await (await tested.compile(fn, shapes, options)).run(data);
      const expected = await (await cpu.compile(fn, shapes, options)).run(data);
      expect(Object.keys(got)).toEqual(Object.keys(expected));
      for (const name of Object.keys(expected)) expectClose(got[name]!, expected[name]!, name, tolerance);
    }

    it('in the estimate of the denoiser', async () => {
      const constants = initialWeights(denoiser.parameters, 5);
      await compare(
        (given) => ({ x0Hat: denoiser.forward(given, { x: given.x!, t: given.t!, y: given.y! }) }),
        { x: image, t, y },
        { constants },
      );
    });

    it('in the logits of ST-Trans', async () => {
      const constants = initialWeights(stTrans.parameters, 6);
      await compare((given) => ({ logits: stTrans.forward(given, given.x!) }), { x: image }, { constants });
    });

    it('in every gradient that trains the denoiser', async () => {
      const constants = initialWeights(denoiser.parameters, 5);
      await compare(
        (given) =>
          gradients(Object.keys(constants), given, (weights) =>
            denoisingLoss(denoiser.forward(weights, { x: given.x!, t: given.t!, y: given.y! }), given.target!, tf.ones([B]), 0.5),
          ),
        { x: image, t, y, target },
        { constants },
      );
    });

    it('in the gradient of ST-Trans that guides, with respect to the image', async () => {
      const constants = initialWeights(stTrans.parameters, 6);
      await compare(
        (given) => ({ g: tf.grad((x: Tensor) => tf.sum(logLikelihood(stTrans.forward(given, x), given.y!)))(given.x!) }),
        { x: image, y },
        { constants },
      );
    });

    it('in every gradient that trains ST-Trans', async () => {
      const constants = initialWeights(stTrans.parameters, 6);
      await compare(
        (given) =>
          gradients(Object.keys(constants), given, (weights) => crossEntropy(stTrans.forward(weights, given.x!), given.y!, 0.1)),
        { x: image, y },
        { constants },
      );
    });
  },
);
