import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxEngine, type Engine } from '../../../src/engine/index.js';
import { createEvaluator } from '../../../src/evaluation/evaluator.js';
import { accuracyOf } from '../../../src/evaluation/metrics/confusion.js';
import { boneGraph } from '../../../src/evaluation/networks/bone-graph.js';
import { createJudgeNetwork } from '../../../src/evaluation/networks/create-judge-network.js';
import { alongBones, alongTime, halveTime } from '../../../src/evaluation/networks/graph-layers.js';
import { JUDGE_KINDS, type JudgeArchitecture } from '../../../src/evaluation/networks/judge-network.js';
import { presence } from '../../../src/evaluation/networks/presence.js';
import { trainEvaluator } from '../../../src/evaluation/train-evaluator.js';
import { initialWeights } from '../../../src/generator/networks/parameters.js';
import { stick, stickClip, stickSubject } from '../../generator/support/tiny.js';
import { reference } from '../fixtures/reference.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createOnnxEngine({ threads: 2 });
});
afterAll(() => engine.close());

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(tolerance);
}

const sizes = { numFrames: 6, numPersons: 2, numJoints: 4, channels: 3, numClasses: 3, width: 8, blocks: 2, features: 5 };

describe('the GRU', () => {
  const { B, T, F, width, features, numClasses } = reference.gru.sizes;
  const architecture: JudgeArchitecture = {
    ...{ kind: 'gru', numFrames: T, numPersons: 1, numJoints: F / 3, channels: 3, numClasses, width, blocks: 2, features },
  };

  it('agrees with PyTorch, and reads its state after the last frame that somebody is in', async () => {
    const network = createJudgeNetwork(architecture, stick);
    expect(network.parameters.map(({ name }) => name).sort()).toEqual(Object.keys(reference.gru.weights).sort());
    const constants = Object.fromEntries(
      Object.entries(reference.gru.weights).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
    );
    const compiled = await engine.compile(
      (tensors) => ({ ...network.forward(tensors, { x: tensors.x! }) }),
      { x: [B, T, F] },
      { constants },
    );
    const out = await compiled.run({ x: Float32Array.from(reference.gru.x) });
    await compiled.release();
    expectClose(Array.from(out.features!), reference.gru.expected.features);
    expectClose(Array.from(out.logits!), reference.gru.expected.logits);
  });
});

describe('the layers of the graph net', () => {
  const { shape, parents, x, window, adjacency, gathered } = reference.graph;
  const V = shape[2];

  it('gather along bones and over frames as NumPy does', () => {
    const graph = boneGraph({ joints: ['a', 'b', 'c'], parents });
    expectClose(Array.from(graph), adjacency);
    expectClose(values(alongBones(tf.tensor(x, shape), tf.tensor(graph, [3 * V, V]))), gathered);
    expectClose(values(alongTime(tf.tensor(x, shape))), window);
  });

  it('halve time by means of two frames, without the last of an odd number', () => {
    expect(values(halveTime(tf.tensor([1, 3, 5, 7, 100], [1, 5, 1, 1])))).toEqual([2, 6]);
  });
});

describe('presence', () => {
  it('is 1 for a person who is in the frame, however small, and 0 for one who is not', () => {
    const x = tf.tensor([0, 0, 1e-6, 0, 5, -3, 0, 0], [1, 2, 4]);
    expect(values(presence(x, 2))).toEqual([0, 1, 1, 0]);
    expect(values(presence(x, 1))).toEqual([1, 1]);
  });
});

describe.each(JUDGE_KINDS)('the net %s', (kind) => {
  const network = createJudgeNetwork({ kind, ...sizes }, stick);
  const weights = Object.fromEntries(
    Object.entries(initialWeights(network.parameters, 1)).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );
  const x = tf.randomNormal([2, 6, 2 * 4 * 3], 0, 1, 'float32', 3);

  it('gives features between -1 and 1 and logits, for two persons too', () => {
    const { features, logits } = network.forward(weights, { x });
    expect([features.shape, logits.shape]).toEqual([
      [2, 5],
      [2, 3],
    ]);
    expect(Math.max(...values(features).map(Math.abs))).toBeLessThan(1);
    expect(new Set(values(logits)).size).toBe(6);
  });

  it('is not changed by dropout that keeps everything, and is by one that does not', () => {
    const { logits } = network.forward(weights, { x });
    const all = network.forward(weights, { x, keep: tf.ones([2, network.keepSize]) });
    expectClose(values(all.logits), values(logits));
    const none = network.forward(weights, { x, keep: tf.zeros([2, network.keepSize]) });
    expect(values(tf.abs(tf.sub(none.logits, logits))).every((difference) => difference < 1e-6)).toBe(false);
  });

  it('learns to tell motions apart that it has not seen, and judges a clip alike, alone and among others', async () => {
    const steps = kind === 'st-gcn' ? 120 : 60;
    const trained = await trainEvaluator(stickSubject, {
      ...{ kind, engine, seed: 1, steps, learningRate: 5e-3, numFrames: 12, width: 16, batchSize: 16 },
    });
    const evaluator = await createEvaluator(trained, engine);
    const unseen = Array.from({ length: 70 }, (_, i) => stickClip(1000 + i));
    const judgements = await evaluator.judge(unseen);
    const [alone] = await evaluator.judge([unseen[66]!]);
    await evaluator.close();
    expect(judgements.map(({ label }) => label)).toEqual(unseen.map(({ label }) => label));
    expect(accuracyOf(judgements)).toBeGreaterThan(0.9);
    expect(alone!.features).toHaveLength(30);
    expectClose(Array.from(alone!.features), Array.from(judgements[66]!.features), 1e-4);
  }, 60_000);
});

it('a graph net does not look at a person who is not there', () => {
  const network = createJudgeNetwork({ kind: 'st-gcn', ...sizes }, stick);
  const weights = Object.fromEntries(
    Object.entries(initialWeights(network.parameters, 1)).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );
  const alone = tf.concat([tf.randomNormal([1, 6, 12], 0, 1, 'float32', 3), tf.zeros([1, 6, 12])], 2);
  const before = values(network.forward(weights, { x: alone }).logits);
  // Where the second person stands in the graph must not matter while nobody is there.
  weights['positions.joint'] = tf.concat([tf.slice(weights['positions.joint']!, [0, 0], [4, 8]), tf.ones([4, 8])], 0);
  expectClose(values(network.forward(weights, { x: alone }).logits), before);
});
