import type { Tensor } from '@tensorflow/tfjs';
import type { Shape, Tensors } from '../../src/engine/engine.js';
import { tf } from '../../src/engine/tfjs.js';
import { values } from './agreement.js';

const N = 2;
const T = 6;
const C = 5;
const WIDTH = 8;
const HEADS = 2;
const CLASSES = 3;

const WEIGHTS: Readonly<Record<string, Shape>> = {
  embed: [C, WIDTH],
  position: [1, T, WIDTH],
  query: [WIDTH, WIDTH],
  key: [WIDTH, WIDTH],
  value: [WIDTH, WIDTH],
  output: [WIDTH, WIDTH],
  outputBias: [WIDTH],
  grow: [WIDTH, 2 * WIDTH],
  growBias: [2 * WIDTH],
  shrink: [2 * WIDTH, WIDTH],
  head: [WIDTH, CLASSES],
  headBias: [CLASSES],
};

const NAMES = Object.keys(WEIGHTS);

function linear(x: Tensor, w: Tensor, b?: Tensor): Tensor {
  const y = tf.matMul(tf.reshape(x, [-1, x.shape.at(-1)!]), w);
  return tf.reshape(b ? tf.add(y, b) : y, [...x.shape.slice(0, -1), w.shape[1]!]);
}

function norm(x: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
}

function attention(x: Tensor, w: Tensors): Tensor {
  const depth = WIDTH / HEADS;
  const heads = (p: Tensor): Tensor =>
    tf.reshape(tf.transpose(tf.reshape(linear(x, p), [N, T, HEADS, depth]), [0, 2, 1, 3]), [N * HEADS, T, depth]);
  const scores = tf.softmax(tf.mul(tf.matMul(heads(w.query!), heads(w.key!), false, true), 1 / Math.sqrt(depth)));
  const mixed = tf.transpose(tf.reshape(tf.matMul(scores, heads(w.value!)), [N, HEADS, T, depth]), [0, 2, 1, 3]);
  return linear(tf.reshape(mixed, [N, T, WIDTH]), w.output!, w.outputBias);
}

function logits(x: Tensor, w: Tensors): Tensor {
  let h = tf.add(linear(x, w.embed!), w.position!);
  h = tf.add(h, attention(norm(h), w));
  const grown = linear(norm(h), w.grow!, w.growBias);
  h = tf.add(h, linear(tf.mul(grown, tf.sigmoid(tf.mul(grown, 1.702))), w.shrink!));
  return linear(tf.mean(norm(h), 1), w.head!, w.headBias);
}

/** Shapes of what `adamWStep` takes: a batch, the step's scalars, and each weight with its two moments. */
export const STEP_INPUTS: Readonly<Record<string, Shape>> = {
  x: [N, T, C],
  y: [N, CLASSES],
  learningRate: [],
  bias1: [],
  bias2: [],
  ...Object.fromEntries(NAMES.flatMap((name) => ['w', 'm', 'v'].map((kind) => [`${kind}.${name}`, WEIGHTS[name]!]))),
};

/** Feeds for the first step. */
export function firstFeeds(): Record<string, Float32Array> {
  const feeds = Object.fromEntries(
    Object.entries(STEP_INPUTS).map(([name, shape]) => [
      name,
      /^[mv]\./.test(name) ? new Float32Array(values(shape, name).length) : values(shape, name, [-0.5, 0.5]),
    ]),
  );
  return { ...feeds, y: Float32Array.of(1, 0, 0, 0, 0, 1), ...stepScalars(1) };
}

const BETA1 = 0.9;
const BETA2 = 0.99;

/** The numbers that change from step to step, counted from 1. */
export function stepScalars(step: number): Record<string, Float32Array> {
  return {
    learningRate: Float32Array.of(0.01),
    bias1: Float32Array.of(1 / (1 - BETA1 ** step)),
    bias2: Float32Array.of(1 / (1 - BETA2 ** step)),
  };
}

/**
 * One training step of a transformer with one layer: cross-entropy, its gradients and AdamW (Loshchilov and Hutter, 2019,
 * algorithm 2) with weight decay 0.01.
 */
export function adamWStep(i: Tensors): Tensors {
  const loss = (...weights: Tensor[]): Tensor => {
    const bound = Object.fromEntries(NAMES.map((name, k) => [name, weights[k]!]));
    return tf.neg(tf.mean(tf.sum(tf.mul(i.y!, tf.logSoftmax(logits(i.x!, bound))), -1))) as Tensor;
  };
  const { value, grads } = tf.valueAndGrads(loss as (...weights: Tensor[]) => ReturnType<typeof tf.scalar>)(
    NAMES.map((name) => i[`w.${name}`]!),
  );
  const outputs: Tensors = { loss: value };
  NAMES.forEach((name, k) => {
    const m = tf.add(tf.mul(i[`m.${name}`]!, BETA1), tf.mul(grads[k]!, 1 - BETA1));
    const v = tf.add(tf.mul(i[`v.${name}`]!, BETA2), tf.mul(tf.square(grads[k]!), 1 - BETA2));
    const update = tf.div(tf.mul(m, i.bias1!), tf.add(tf.sqrt(tf.mul(v, i.bias2!)), 1e-8));
    const decayed = tf.mul(i[`w.${name}`]!, tf.sub(1, tf.mul(i.learningRate!, 0.01)));
    outputs[`w.${name}`] = tf.sub(decayed, tf.mul(update, i.learningRate!));
    outputs[`m.${name}`] = m;
    outputs[`v.${name}`] = v;
  });
  return outputs;
}
