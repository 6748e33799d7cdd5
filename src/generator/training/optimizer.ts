import type { Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import type { ParameterSpec } from '../networks/parameters.js';

/** AdamW (Loshchilov and Hutter, arXiv 1711.05101) and the moving average of the weights. */
export interface OptimizerOptions {
  readonly beta1: number;
  readonly beta2: number;
  /** Decoupled decay of matrices; vectors are not decayed. */
  readonly weightDecay: number;
}

/** Scalars of one step, each fed as [1]: learning rate, bias corrections 1 / (1 - beta^k), and the average's decay. */
export const STEP_SCALARS = ['learningRate', 'correction1', 'correction2', 'emaDecay'] as const;

/** The four copies that training keeps of a parameter: value, first and second moment, moving average. */
export const STATE_SLOTS = ['w', 'm', 'v', 'ema'] as const;

/**
 * One AdamW step of one parameter followed by its moving average, as graph operations.
 *
 * @param tensors holds `w.NAME`, `m.NAME`, `v.NAME`, `ema.NAME` and the step's scalars
 * @returns the same four, updated
 */
export function adamwStep(
  tensors: Tensors,
  { name, shape }: ParameterSpec,
  gradient: tf.Tensor,
  options: OptimizerOptions,
): Tensors {
  const { beta1, beta2, weightDecay } = options;
  const m = tf.add(tf.mul(tensors[`m.${name}`]!, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(tensors[`v.${name}`]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const rate = tensors.learningRate!;
  const old = tensors[`w.${name}`]!;
  const decayed = shape.length > 1 ? tf.mul(old, tf.sub(1, tf.mul(rate, weightDecay))) : old;
  const direction = tf.div(tf.mul(m, tensors.correction1!), tf.add(tf.sqrt(tf.mul(v, tensors.correction2!)), 1e-8));
  const w = tf.sub(decayed, tf.mul(direction, rate));
  const ema = tf.add(tf.mul(tensors[`ema.${name}`]!, tensors.emaDecay!), tf.mul(w, tf.sub(1, tensors.emaDecay!)));
  return { [`w.${name}`]: w, [`m.${name}`]: m, [`v.${name}`]: v, [`ema.${name}`]: ema };
}

/** Values of the step's scalars at step k (from 1); the average warms up with min(decay, (1 + k) / (10 + k)). */
export function stepScalars(
  k: number,
  learningRate: number,
  emaDecay: number,
  options: OptimizerOptions,
): Record<string, Float32Array> {
  return {
    learningRate: Float32Array.of(learningRate),
    correction1: Float32Array.of(1 / (1 - options.beta1 ** k)),
    correction2: Float32Array.of(1 / (1 - options.beta2 ** k)),
    emaDecay: Float32Array.of(Math.min(emaDecay, (1 + k) / (10 + k))),
  };
}

/** Warm-up over the first `warmup` steps, then half a cosine down to zero at `steps`. `k` counts from 0. */
export function learningRateAt(k: number, steps: number, peak: number, warmup = 100): number {
  return peak * Math.min(1, (k + 1) / warmup) * 0.5 * (1 + Math.cos((Math.PI * k) / steps));
}
