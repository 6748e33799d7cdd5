import { ModelError } from '../../core/errors.js';
import type { NamedArray, Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import type { Model } from '../model/load-model.js';

/** What x0Hat is estimated from. */
export interface EstimateInputs {
  /** Noisy images [B, T, F]. */
  readonly x: tf.Tensor;
  /** Diffusion time [1]. */
  readonly t: tf.Tensor;
  /** One-hot classes [B, K]. */
  readonly y: tf.Tensor;
  /** Strength of the estimate's own guidance of each image [B]; 1 is none. */
  readonly scale: tf.Tensor;
}

/** The way to x0Hat: weights, and graph operations over them. Row b depends on row b of the inputs only. */
export interface Estimate {
  readonly weights: Readonly<Record<string, NamedArray>>;
  /** Passes through a denoiser that one estimate costs for each image. */
  readonly passes: number;
  x0Hat(weights: Tensors, inputs: EstimateInputs): tf.Tensor;
}

/** What an estimate is guided by, beside its class. */
export interface EstimateSettings {
  /** w in D_u + w (D_c - D_u) (classifier-free guidance, arXiv 2207.12598); 1 is off. */
  readonly classifierFreeScale: number;
  /** Images have a w of their own, between 1 + (w - 1) (1 - spread) and 1 + (w - 1) (1 + spread). */
  readonly classifierFreeSpread: number;
  /** w in D_early + w (D - D_early), with an early snapshot of the denoiser (autoguidance, arXiv 2406.02507); 1 is off. */
  readonly autoguidanceScale: number;
}

/**
 * The cheapest way that gives the wanted guidance: one pass where there is none or where the denoiser has learnt the scale as an
 * input (distilled guidance, arXiv 2210.03142), a pass over a doubled batch for classifier-free guidance, a pass through each
 * network for autoguidance.
 *
 * @throws ModelError MODEL_MISSING where autoguidance is wanted and the model has no early snapshot
 */
export function createEstimate(model: Model, settings: EstimateSettings): Estimate {
  const { classifierFreeScale, classifierFreeSpread, autoguidanceScale } = settings;
  const { network, weights, maxScale } = model.denoiser;
  if (autoguidanceScale !== 1) return autoguided(model);
  const most = 1 + (classifierFreeScale - 1) * (1 + classifierFreeSpread);
  if (classifierFreeScale === 1 || (classifierFreeScale >= 1 && most <= maxScale))
    return { weights, passes: 1, x0Hat: (weights, inputs) => network.forward(weights, inputs) };
  return {
    weights,
    passes: 2,
    x0Hat(weights, { x, t, y, scale }) {
      const both = network.forward(weights, {
        x: tf.concat([x, x], 0),
        y: tf.concat([y, tf.zerosLike(y)], 0),
        t,
        // Row by row for both halves; networks that know no scale leave it alone.
        scale: tf.onesLike(tf.concat([scale, scale], 0)),
      });
      const [conditional, unconditional] = tf.split(both, 2, 0) as [tf.Tensor, tf.Tensor];
      return tf.add(unconditional, tf.mul(tf.sub(conditional, unconditional), tf.reshape(scale, [-1, 1, 1])));
    },
  };
}

const EARLY = 'early/';

function autoguided({ denoiser, early, folder }: Model): Estimate {
  if (!early)
    throw new ModelError(
      'MODEL_MISSING',
      `the model at ${folder} has no early snapshot of its denoiser to guide with: train one with "skelmix train early --out ${folder}", or set generator.autoguidanceScale to 1`,
    );
  const prefixed = Object.fromEntries(Object.entries(early.weights).map(([name, array]) => [EARLY + name, array]));
  return {
    weights: { ...denoiser.weights, ...prefixed },
    passes: 2,
    x0Hat(weights, inputs) {
      const plain = { ...inputs, scale: tf.onesLike(inputs.scale) };
      const good = denoiser.network.forward(weights, plain);
      const own = Object.fromEntries(Object.keys(early.weights).map((name) => [name, weights[EARLY + name]!]));
      const poor = early.network.forward(own, plain);
      return tf.add(poor, tf.mul(tf.sub(good, poor), tf.reshape(inputs.scale, [-1, 1, 1])));
    },
  };
}
