import { tf } from '../../engine/tfjs.js';
import type { Schedule } from './schedule.js';

/** How the gradients of several steps are combined: not at all, as a moving average, or as Adam does (arXiv 1412.6980). */
export type Moments = 'none' | 'ema' | 'adam';

/** Decay of the first and of the second moment over the guided steps. */
const BETA1 = 0.5;
const BETA2 = 0.9;

/**
 * Weight of a unit gradient at time t: w sigma^2 d^2 / (alpha^2 d^2 + sigma^2) with the data's deviation d, the posterior
 * variance of x0 for Gaussian data: bounded at high noise, dying out at low noise.
 */
export function guidanceWeight(schedule: Schedule, t: number, scale: number, deviation: number): number {
  const sigma2 = schedule.sigma(t) ** 2;
  const d2 = deviation ** 2;
  return (scale * sigma2 * d2) / (schedule.alpha(t) ** 2 * d2 + sigma2);
}

/** Corrections 1 / (1 - beta^n) of the moments at the n-th guided step, n from 1; 1 without moments. */
export function momentCorrections(moments: Moments, n: number): readonly [number, number] {
  return moments === 'none' ? [1, 1] : [1 / (1 - BETA1 ** n), 1 / (1 - BETA2 ** n)];
}

/** Running moments of a gradient, each [B, T, F]; `second` only with `adam`. */
export interface MomentState {
  readonly first?: tf.Tensor;
  readonly second?: tf.Tensor;
}

/**
 * The direction that a step takes for a gradient, as graph operations, and the moments for the next one.
 *
 * @param corrections the two of `momentCorrections`, each a scalar or [1]
 */
export function steadied(
  gradient: tf.Tensor,
  moments: Moments,
  state: MomentState,
  corrections: readonly [tf.Tensor, tf.Tensor],
): { direction: tf.Tensor; state: MomentState } {
  if (moments === 'none') return { direction: gradient, state };
  const first = tf.add(tf.mul(state.first!, BETA1), tf.mul(gradient, 1 - BETA1));
  const mean = tf.mul(first, corrections[0]);
  if (moments === 'ema') return { direction: mean, state: { first } };
  const second = tf.add(tf.mul(state.second!, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
  return { direction: tf.div(mean, tf.add(tf.sqrt(tf.mul(second, corrections[1])), 1e-8)), state: { first, second } };
}

/** Each image of a gradient [B, T, F] scaled to unit root mean square; zeros stay zeros. */
export function unitRms(gradient: tf.Tensor): tf.Tensor {
  // Gradients of a sure classifier are tiny: they are scaled up first, so that their squares do not vanish.
  const largest = tf.add(tf.max(tf.abs(gradient), [1, 2], true), 1e-30);
  const scaled = tf.div(gradient, largest);
  return tf.div(scaled, tf.add(tf.sqrt(tf.mean(tf.square(scaled), [1, 2], true)), 1e-8));
}
