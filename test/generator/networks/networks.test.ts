import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { createCpuEngine } from '../../../src/engine/cpu.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createDenoiser } from '../../../src/generator/networks/denoiser.js';
import { crossEntropy, denoisingLoss, logLikelihood } from '../../../src/generator/networks/losses.js';
import { countParameters, initialWeights } from '../../../src/generator/networks/parameters.js';
import { createStTrans } from '../../../src/generator/networks/st-trans.js';

const [B, T, F, K] = [3, 8, 12, 4];
const random = (...shape: number[]) =>
  keyedRandom('inputs', shape.join()).fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1)));
const oneHot = (labels: number[]) =>
  Float32Array.from(labels.flatMap((label) => Array.from({ length: K }, (_, k) => (k === label ? 1 : 0))));

let engine: Engine;
beforeAll(async () => {
  engine = await createCpuEngine();
});
afterAll(() => engine.close());

describe('denoiser', () => {
  const network = createDenoiser({
    kind: 'frame-transformer',
    numFrames: T,
    frameSize: F,
    numClasses: K,
    width: 16,
    blocks: 2,
    heads: 2,
  });
  const constants = initialWeights(network.parameters, 5);
  const estimate = async (feeds: { x: Float32Array; t: Float32Array; y: Float32Array }) => {
    const compiled = await engine.compile(
      (tensors) => ({ x0Hat: network.forward(tensors, { x: tensors.x!, t: tensors.t!, y: tensors.y! }) }),
      { x: [B, T, F], t: [B], y: [B, K] },
      { constants },
    );
    return (await compiled.run(feeds)).x0Hat!;
  };
  const feeds = { x: random(B, T, F), t: Float32Array.of(0.2, 0.5, 0.9), y: oneHot([0, 1, 2]) };

  it('has 1.5 million parameters at the default sizes with 20 joints and 27 classes', () => {
    const full = createDenoiser({
      kind: 'frame-transformer',
      numFrames: 64,
      frameSize: 60,
      numClasses: 27,
      width: 128,
      blocks: 5,
      heads: 4,
    });
    expect(countParameters(full.parameters)).toBe(1_534_268);
  });

  it('names every parameter once', () => {
    const names = network.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps the images of a batch apart', async () => {
    const all = await estimate(feeds);
    const x = feeds.x.slice();
    x.fill(0, T * F);
    const one = await estimate({ ...feeds, x });
    expect([...one.subarray(0, T * F)]).toEqual([...all.subarray(0, T * F)].map((value) => expect.closeTo(value, 5)));
    expect(one[T * F]).not.toBeCloseTo(all[T * F]!, 5);
  });

  it.each(['t', 'y'] as const)('depends on %s', async (key) => {
    const base = await estimate(feeds);
    const other = await estimate({ ...feeds, [key]: key === 't' ? Float32Array.of(0.3, 0.5, 0.9) : oneHot([3, 1, 2]) });
    expect(other.subarray(0, T * F)).not.toEqual(base.subarray(0, T * F));
    expect([...other.subarray(T * F)]).toEqual([...base.subarray(T * F)]);
  });
});

describe('ST-Trans', () => {
  const network = createStTrans({
    kind: 'st-trans',
    numFrames: T,
    numJoints: 4,
    channels: 3,
    numClasses: K,
    width: 8,
    blocks: 1,
    heads: 2,
    patch: 2,
  });
  const constants = initialWeights(network.parameters, 6);
  const y = oneHot([1, 0, 3]);

  it('has a gradient with respect to the image that agrees with finite differences', async () => {
    const value = await engine.compile(
      (tensors) => ({ value: logLikelihood(network.forward(tensors, tensors.x!), tensors.y!) }),
      { x: [B, T, F], y: [B, K] },
      { constants },
    );
    const slope = await engine.compile(
      (tensors) => ({ g: tf.grad((x: tf.Tensor) => tf.sum(logLikelihood(network.forward(tensors, x), tensors.y!)))(tensors.x!) }),
      { x: [B, T, F], y: [B, K] },
      { constants },
    );
    const x = random(B, T, F);
    const { g } = await slope.run({ x, y });
    const h = 1e-2;
    for (const i of [0, 17, 95, 96, 200, 287]) {
      const at = async (step: number) => {
        const moved = x.slice();
        moved[i]! += step;
        return (await value.run({ x: moved, y })).value!.reduce((sum, v) => sum + v, 0);
      };
      expect(g![i]).toBeCloseTo(((await at(h)) - (await at(-h))) / (2 * h), 3);
    }
  });

  it('tells joints and moments apart: swapping two joints or two frames changes the answer', async () => {
    const compiled = await engine.compile(
      (tensors) => ({ logits: network.forward(tensors, tensors.x!) }),
      { x: [B, T, F] },
      { constants },
    );
    const x = random(B, T, F);
    const swapped = x.slice();
    for (let t = 0; t < T; t++)
      for (let c = 0; c < 3; c++) [swapped[t * F + c], swapped[t * F + 3 + c]] = [x[t * F + 3 + c]!, x[t * F + c]!];
    const reversed = Float32Array.from({ length: x.length }, (_, i) =>
      i < T * F ? x[(T - 1 - Math.floor(i / F)) * F + (i % F)]! : x[i]!,
    );
    const [a, b, c] = [await compiled.run({ x }), await compiled.run({ x: swapped }), await compiled.run({ x: reversed })];
    expect(Math.abs(a.logits![0]! - b.logits![0]!)).toBeGreaterThan(1e-4);
    expect(Math.abs(a.logits![0]! - c.logits![0]!)).toBeGreaterThan(1e-4);
  });
});

describe('losses', () => {
  const run = async (fn: () => tf.Tensor) => (await (await engine.compile(() => ({ out: fn() }), {})).run({})).out!;

  it('cross-entropy with smoothing is that of the softened target', async () => {
    const logits = [2, -1, 0.5, 0];
    const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
    const expected = -logits.reduce((sum, value, k) => sum + ((k === 2 ? 0.9 : 0) + 0.025) * (value - total), 0);
    expect((await run(() => crossEntropy(tf.tensor2d([logits]), tf.tensor2d([[0, 0, 1, 0]]), 0.1)))[0]).toBeCloseTo(expected, 5);
  });

  it('denoising loss is the weighted error plus the weighted error of the velocity', async () => {
    const loss = await run(() =>
      denoisingLoss(tf.tensor3d([[[1], [3], [2]]]), tf.tensor3d([[[0], [0], [0]]]), tf.tensor1d([2]), 5),
    );
    expect(loss[0]).toBeCloseTo(2 * ((1 + 9 + 4) / 3) + 5 * 2 * ((4 + 1) / 2), 4);
  });
});
