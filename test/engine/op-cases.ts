import type { Tensor } from '@tensorflow/tfjs';
import type { Shape } from '../../src/engine/engine.js';
import { tf } from '../../src/engine/tfjs.js';

export interface OpCase {
  readonly fn: (...inputs: Tensor[]) => Tensor;
  readonly shapes: readonly Shape[];
  /** Values are drawn from here; default [-2, 2]. */
  readonly range?: readonly [number, number];
  /** Compare gradients of every input as well; default true. */
  readonly gradient?: boolean;
}

type Row = readonly [fn: OpCase['fn'], shapes: readonly Shape[], range?: OpCase['range']];

const cases = (rows: Readonly<Record<string, Row>>, gradient = true): Record<string, OpCase> =>
  Object.fromEntries(
    Object.entries(rows).map(([name, [fn, shapes, range]]) => [name, { fn, shapes, gradient, ...(range ? { range } : {}) }]),
  );

const positive = [0.1, 3] as const;
const unit = [-0.9, 0.9] as const;
const x = [[2, 3, 4]];

const unary = cases({
  neg: [(a) => tf.neg(a), x],
  abs: [(a) => tf.abs(a), x],
  exp: [(a) => tf.exp(a), x],
  expm1: [(a) => tf.expm1(a), x],
  log: [(a) => tf.log(a), x, positive],
  log1p: [(a) => tf.log1p(a), x, positive],
  sqrt: [(a) => tf.sqrt(a), x, positive],
  rsqrt: [(a) => tf.rsqrt(a), x, positive],
  square: [(a) => tf.square(a), x],
  reciprocal: [(a) => tf.reciprocal(a), x, positive],
  sigmoid: [(a) => tf.sigmoid(a), x],
  tanh: [(a) => tf.tanh(a), x],
  erf: [(a) => tf.erf(a), x],
  relu: [(a) => tf.relu(a), x],
  relu6: [(a) => tf.relu6(tf.mul(a, 5)), x],
  'leaky relu': [(a) => tf.leakyRelu(a, 0.1), x],
  elu: [(a) => tf.elu(a), x],
  selu: [(a) => tf.selu(a), x],
  softplus: [(a) => tf.softplus(a), x],
  sin: [(a) => tf.sin(a), x],
  cos: [(a) => tf.cos(a), x],
  tan: [(a) => tf.tan(a), x, unit],
  asin: [(a) => tf.asin(a), x, unit],
  acos: [(a) => tf.acos(a), x, unit],
  atan: [(a) => tf.atan(a), x],
  sinh: [(a) => tf.sinh(a), x],
  cosh: [(a) => tf.cosh(a), x],
  asinh: [(a) => tf.asinh(a), x],
  acosh: [(a) => tf.acosh(a), x, [1.2, 3]],
  atanh: [(a) => tf.atanh(a), x, unit],
  floor: [(a) => tf.floor(a), x],
  ceil: [(a) => tf.ceil(a), x],
  round: [(a) => tf.round(a), x],
  sign: [(a) => tf.sign(a), x],
  step: [(a) => tf.step(a, 0.25), x],
  'clip by value': [(a) => tf.clipByValue(a, -0.5, 1), x],
});

const binary = cases({
  'add of equal shapes': [
    (a, b) => tf.add(a, b),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  'add of a row': [(a, b) => tf.add(a, b), [[2, 3, 4], [4]]],
  'add of a scalar': [(a, b) => tf.add(a, b), [[2, 3], []]],
  'add with both sides broadcast': [
    (a, b) => tf.add(a, b),
    [
      [2, 1, 4],
      [3, 1],
    ],
  ],
  sub: [
    (a, b) => tf.sub(a, b),
    [
      [2, 1],
      [1, 3],
    ],
  ],
  mul: [(a, b) => tf.mul(a, b), [[3], [2, 1]]],
  'mul by itself': [(a) => tf.mul(a, a), [[5]]],
  'mul by one': [(a) => tf.mul(a, 1), [[2, 3]]],
  'mul by ones of a larger shape': [(a) => tf.mul(a, tf.ones([4, 3])), [[1, 3]]],
  'add of zeros of a larger shape': [(a) => tf.add(tf.zeros([4, 3]), a), [[3]]],
  div: [(a, b) => tf.div(a, b), [[2, 3], [3]], positive],
  'scalar arithmetic on constants': [(a) => tf.mul(a, tf.sub(tf.div(tf.scalar(6), tf.scalar(4)), 0.25)), [[2, 2]]],
  maximum: [
    (a, b) => tf.maximum(a, b),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  minimum: [
    (a, b) => tf.minimum(a, b),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  'squared difference': [
    (a, b) => tf.squaredDifference(a, b),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  pow: [(a, b) => tf.pow(a, b), [[2, 3], [3]], positive],
  'pow of a number': [(a) => tf.pow(a, 3), [[2, 3]]],
  mod: [(a, b) => tf.mod(a, b), [[2, 3], [3]], [0.3, 5]],
  'mean squared error': [
    (a, b) => tf.losses.meanSquaredError(a, b),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  'add of many': [
    (a, b, c) => tf.addN([a, b, c]),
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
  ],
  prelu: [(a, b) => tf.where(tf.tensor1d([1, 0, 1], 'bool'), a, tf.mul(a, b)), [[3], [3]]],
});

const reductions = cases({
  'sum of all': [(a) => tf.sum(a), x],
  'sum over an axis': [(a) => tf.sum(a, 1), x],
  'sum over negative axes': [(a) => tf.sum(a, [-1, 0]), x],
  'sum keeping axes': [(a) => tf.sum(a, -2, true), x],
  'sum of a scalar': [(a) => tf.sum(a), [[]]],
  mean: [(a) => tf.mean(a), x],
  'mean keeping axes': [(a) => tf.mean(a, -1, true), x],
  'mean over two axes': [(a) => tf.mean(a, [1, 2]), x],
  max: [(a) => tf.max(a, -1), x],
  'max keeping axes': [(a) => tf.max(a, [0, 2], true), x],
  'max of all': [(a) => tf.max(a), x],
  min: [(a) => tf.min(a, 1), x],
  'log of summed exponentials': [(a) => tf.logSumExp(a, -1), x],
  variance: [(a) => tf.moments(a, -1, true).variance, x],
  'euclidean norm': [(a) => tf.norm(a, 'euclidean', 1), x, positive],
  softmax: [(a) => tf.softmax(a), x],
  'log softmax': [(a) => tf.logSoftmax(a), x],
  'softmax cross entropy': [(a) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([0, 2], 'int32'), 3), a), [[2, 3]]],
});

const shapes = cases({
  reshape: [(a) => tf.reshape(a, [4, -1]), x],
  squeeze: [(a) => tf.squeeze(a, [1]), [[2, 1, 3]]],
  'expand dims': [(a) => tf.expandDims(a, -2), [[2, 3]]],
  flatten: [(a) => tf.reshape(a, [-1]), x],
  transpose: [(a) => tf.transpose(a, [2, 0, 1]), x],
  'transpose of equal order': [(a) => tf.transpose(a, [0, 1, 2]), x],
  clone: [(a) => tf.add(tf.clone(a), a), x],
  concat: [
    (a, b) => tf.concat([a, b], -1),
    [
      [2, 3],
      [2, 1],
    ],
  ],
  'concat of one': [(a) => tf.concat([a], 0), [[2, 3]]],
  slice: [(a) => tf.slice(a, [0, 1, 2], [2, 1, -1]), x],
  'slice of leading axes': [(a) => tf.slice(a, [1]), x],
  split: [(a) => tf.sub(...(tf.split(a, 2, -1) as [Tensor, Tensor])), x],
  'split by sizes': [(a) => tf.split(a, [1, 2], 1)[1]!, x],
  stack: [
    (a, b) => tf.stack([a, b], 1),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  'stack at the end': [
    (a, b) => tf.stack([a, b], -1),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  unstack: [(a) => tf.add(tf.unstack(a, 1)[0]!, tf.unstack(a, 1)[2]!), x],
  pad: [
    (a) =>
      tf.pad(
        a,
        [
          [0, 0],
          [1, 2],
          [0, 1],
        ],
        0.5,
      ),
    x,
  ],
  tile: [(a) => tf.tile(a, [2, 1, 3]), x],
  'tile of axes of one': [(a) => tf.add(tf.tile(a, [3, 1]), 1), [[1, 4]]],
  'tile of axes of one that are then summed': [(a) => tf.sum(tf.tile(a, [3, 1]), 0), [[1, 4]]],
  'broadcast to': [(a) => tf.broadcastTo(a, [2, 3, 4]), [[3, 1]]],
  reverse: [(a) => tf.reverse(a, [0, -1]), x],
  'arithmetic on a broadcast tensor': [(a) => tf.matMul(tf.exp(tf.broadcastTo(a, [3, 4])), tf.ones([4, 2])), [[1, 4]]],
});

const products = cases({
  matMul: [
    (a, b) => tf.matMul(a, b),
    [
      [2, 3],
      [3, 4],
    ],
  ],
  'matMul with the first transposed': [
    (a, b) => tf.matMul(a, b, true),
    [
      [3, 2],
      [3, 4],
    ],
  ],
  'matMul with the second transposed': [
    (a, b) => tf.matMul(a, b, false, true),
    [
      [2, 3],
      [4, 3],
    ],
  ],
  'matMul with both transposed': [
    (a, b) => tf.matMul(a, b, true, true),
    [
      [3, 2],
      [4, 3],
    ],
  ],
  'batched matMul': [
    (a, b) => tf.matMul(a, b),
    [
      [5, 2, 3],
      [5, 3, 4],
    ],
  ],
  'batched matMul with both transposed': [
    (a, b) => tf.matMul(a, b, true, true),
    [
      [5, 3, 2],
      [5, 4, 3],
    ],
  ],
  'matMul of four axes': [
    (a, b) => tf.matMul(a, b, false, true),
    [
      [2, 5, 2, 3],
      [2, 5, 4, 3],
    ],
  ],
  dot: [(a, b) => tf.dot(a, b), [[4], [4]]],
  'embedding by one-hot': [(a) => tf.matMul(tf.oneHot(tf.tensor1d([2, 0, 2], 'int32'), 4), a), [[4, 3]]],
});

const choices = cases({
  'where with a constant condition': [
    (a, b) => tf.where(tf.tensor2d([1, 0, 0, 1], [2, 2], 'bool'), a, b),
    [
      [2, 2],
      [2, 2],
    ],
  ],
  'where with a uniform condition': [
    (a, b) => tf.where(tf.onesLike(tf.zeros([2, 2], 'bool')), a, b),
    [
      [2, 2],
      [2, 2],
    ],
  ],
});

const ints = (a: Tensor): Tensor => tf.cast(a, 'int32');
const bools = (a: Tensor): Tensor => tf.greater(a, 0);

/** What has no gradient, or none that means anything. */
const forwardOnly = cases(
  {
    'mean of whole numbers': [(a) => tf.mean(ints(a), 0), [[3, 4]], [-9, 9]],
    'matMul of a stack and one matrix': [
      (a, b) => tf.matMul(a, b),
      [
        [5, 2, 3],
        [3, 4],
      ],
    ],
    'matMul of one matrix and a stack': [
      (a, b) => tf.matMul(a, b, false, true),
      [
        [1, 2, 3],
        [5, 4, 3],
      ],
    ],
    'where with a computed condition': [
      (a, b) => tf.where(tf.greater(a, b), a, b),
      [
        [2, 3],
        [2, 3],
      ],
    ],
    'where of booleans': [
      (a, b) => tf.where(bools(a), bools(b), tf.logicalNot(bools(a))),
      [
        [2, 3],
        [2, 3],
      ],
    ],
    'div without nan': [(a, b) => tf.divNoNan(a, tf.relu(b)), [[2, 3], [3]]],
    'maximum with a row': [(a, b) => tf.maximum(a, b), [[2, 3], [3]]],
    'minimum with a column': [
      (a, b) => tf.minimum(a, b),
      [
        [2, 3],
        [2, 1],
      ],
    ],
    'squared difference from a row': [(a, b) => tf.squaredDifference(a, b), [[2, 3], [3]]],
    'maximum of booleans': [(a, b) => tf.maximum(bools(a), bools(b)), [[2, 3], [3]]],
    equal: [(a, b) => tf.equal(ints(a), ints(b)), [[4, 4], [4]]],
    'equal of booleans': [(a, b) => tf.equal(bools(a), bools(b)), [[4, 4], [4]]],
    'not equal': [(a, b) => tf.notEqual(ints(a), ints(b)), [[4, 4], [4]]],
    greater: [(a, b) => tf.greater(a, b), [[4, 4], [4]]],
    'greater or equal': [(a, b) => tf.greaterEqual(ints(a), ints(b)), [[4, 4], [4]]],
    less: [
      (a, b) => tf.less(a, b),
      [
        [4, 4],
        [4, 1],
      ],
    ],
    'less or equal': [(a, b) => tf.lessEqual(ints(a), ints(b)), [[4, 4], [4]]],
    'logical and': [(a, b) => tf.logicalAnd(bools(a), bools(b)), [[4, 4], [4]]],
    'logical or': [(a, b) => tf.logicalOr(bools(a), bools(b)), [[4, 4], [4]]],
    'logical exclusive or': [
      (a, b) => tf.logicalXor(bools(a), bools(b)),
      [
        [4, 4],
        [4, 4],
      ],
    ],
    'is nan': [(a) => tf.isNaN(tf.log(a)), [[4, 4]]],
    'is infinite': [(a) => tf.isInf(tf.div(1, ints(a))), [[4, 4]]],
    'is finite': [(a) => tf.isFinite(tf.div(1, tf.relu(a))), [[4, 4]]],
    'cast of floats to whole numbers': [(a) => tf.cast(a, 'int32'), [[3, 4]], [-5, 5]],
    'cast of floats to booleans': [(a) => tf.cast(tf.round(a), 'bool'), [[3, 4]], [-1, 1]],
    'cast of booleans to whole numbers': [(a) => tf.add(tf.cast(bools(a), 'int32'), ints(a)), [[3, 4]]],
    'cast of a constant': [(a) => tf.add(ints(a), tf.cast(tf.fill([3], 2.7), 'int32')), [[3]]],
    'arithmetic of whole numbers': [(a, b) => tf.mul(tf.sub(ints(a), ints(b)), tf.add(ints(a), 3)), [[3, 4], [4]], [-9, 9]],
    'division of whole numbers': [(a, b) => tf.floorDiv(ints(a), ints(b)), [[3, 4], [4]], [-99, -2]],
    'floor of a division of floats': [(a, b) => tf.floorDiv(a, b), [[3, 4], [4]], positive],
    'mod of whole numbers': [(a, b) => tf.mod(ints(a), tf.add(ints(b), 10)), [[3, 4], [4]], [-9, 9]],
    'sum of booleans': [(a) => tf.sum(bools(a), 0), [[3, 4]]],
    'max of whole numbers': [(a) => tf.max(ints(a), 1), [[3, 4]], [-9, 9]],
    prod: [(a) => tf.prod(a, 1, true), [[3, 4]]],
    all: [(a) => tf.all(bools(a), 1), [[3, 2]]],
    any: [(a) => tf.any(bools(a)), [[3, 2]]],
    argMax: [(a) => tf.argMax(a, -1), [[3, 4]]],
    'argMax of equal values': [(a) => tf.argMax(tf.mul(a, 0), 1), [[3, 4]]],
    argMin: [(a) => tf.argMin(a, 0), [[3, 4]]],
    'one-hot of computed classes': [(a) => tf.oneHot(tf.cast(tf.argMax(a, 1), 'int32'), 4), [[3, 4]]],
    'one-hot with other values': [(a) => tf.oneHot(ints(a), 3, 0.9, 0.1), [[2, 4]], [0, 3]],
    range: [(a) => tf.add(a, tf.range(5, 0, -2)), [[3]]],
    'range of whole numbers': [(a) => tf.add(ints(a), tf.range(0, 6, 2, 'int32')), [[3]]],
    linspace: [(a) => tf.add(a, tf.linspace(0, 1, 3)), [[3]]],
    eye: [(a) => tf.add(a, tf.eye(3)), [[3, 3]]],
    'ones like': [(a) => tf.add(a, tf.onesLike(a)), [[3]]],
    'stack of constants': [(a) => tf.add(a, tf.stack([tf.ones([3]), tf.zeros([3])])), [[2, 3]]],
    'slices of constants': [(a) => tf.add(a, tf.slice(tf.transpose(tf.ones([3, 5])), [1, 1], [2, 2])), [[2, 2]]],
    'pad of booleans': [(a) => tf.pad(bools(a), [[1, 1]]), [[3]]],
    'reverse of a constant': [(a) => tf.add(a, tf.reverse(tf.range(0, 3))), [[3]]],
    'an axis of length zero': [(a) => tf.reshape(tf.slice(a, [0, 1], [2, 0]), [0, 2]), [[2, 3]]],
  },
  false,
);

/** One row for each operation, in its variants. */
export const OP_CASES: Readonly<Record<string, OpCase>> = {
  ...unary,
  ...binary,
  ...reductions,
  ...shapes,
  ...products,
  ...choices,
  ...forwardOnly,
};
