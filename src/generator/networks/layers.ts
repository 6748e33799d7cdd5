import type { Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import type { ParameterList } from './parameters.js';

/** A layer with its parameters declared: weights and a tensor in, a tensor out. */
export type Layer = (weights: Tensors, x: tf.Tensor) => tf.Tensor;

/** How a dense layer starts, and whether it has an offset. */
export interface DenseOptions {
  /** Gain of the start values (see `ParameterList.matrix`). Default 1. */
  readonly gain?: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** Affine map of the last axis: [..., inputs] to [..., outputs]. */
export function dense(list: ParameterList, name: string, inputs: number, outputs: number, options: DenseOptions = {}): Layer {
  const { gain = 1, bias = true } = options;
  const matrix = list.matrix(`${name}.weight`, inputs, outputs, gain);
  const offset = bias ? list.vector(`${name}.bias`, outputs) : undefined;
  return (weights, x) => {
    const flat = tf.matMul(tf.reshape(x, [-1, inputs]), matrix(weights));
    return tf.reshape(offset ? tf.add(flat, offset(weights)) : flat, [...x.shape.slice(0, -1), outputs]);
  };
}

/** x sigmoid(1.702 x): the sigmoid form of GELU (Hendrycks and Gimpel, arXiv 1606.08415, section 2). Smooth everywhere. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(tf.mul(x, 1.702)));
}

/** x sigmoid(x) (SiLU). */
export function silu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(x));
}

/** Layer normalisation over the last axis, without scale and offset. */
export function layerNorm(x: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
}

/**
 * Multi-head self-attention (Vaswani et al. 2017) over [S, L, width]: S independent sequences of L tokens.
 * The output projection starts small, so that a fresh block is close to the identity.
 */
export function selfAttention(list: ParameterList, name: string, width: number, heads: number): Layer {
  const [query, key, value] = ['query', 'key', 'value'].map((part) => list.matrix(`${name}.${part}.weight`, width, width));
  const output = dense(list, `${name}.output`, width, width, { gain: 0.3 });
  const size = width / heads;
  return (weights, x) => {
    const [S, L] = x.shape as [number, number];
    // One product for all three, and one transposition: for small sequences these cost more than the arithmetic.
    const joined = tf.concat([query!(weights), key!(weights), value!(weights)], 1);
    const projected = tf.reshape(tf.matMul(tf.reshape(x, [-1, width]), joined), [S, L, 3, heads, size]);
    const [q, k, v] = tf.unstack(tf.transpose(projected, [2, 0, 3, 1, 4]), 0) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const scores = tf.matMul(q, k, false, true);
    const mixed = tf.matMul(tf.softmax(tf.mul(scores, 1 / Math.sqrt(size))), v);
    return output(weights, tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [S, L, width]));
  };
}

/** Two dense layers with GELU between, the hidden one `expansion` times as wide. */
export function feedForward(list: ParameterList, name: string, width: number, expansion: number): Layer {
  const up = dense(list, `${name}.up`, width, expansion * width);
  const down = dense(list, `${name}.down`, expansion * width, width, { gain: 0.3 });
  return (weights, x) => down(weights, gelu(up(weights, x)));
}
