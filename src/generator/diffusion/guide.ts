import { ModelError } from '../../core/errors.js';
import type { NamedArray, Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import type { Model } from '../model/load-model.js';
import { logLikelihood } from '../networks/losses.js';

/** What a guide is asked about. */
export interface GuideInputs {
  /** Estimated clean images [B, T, F]. */
  readonly x0Hat: tf.Tensor;
  /** One-hot classes [B, K]. */
  readonly y: tf.Tensor;
  /** Diffusion time [1], in [0, 1]. */
  readonly t: tf.Tensor;
}

/** Where x0Hat should go: a plug-in of the sampler, as graph operations, so that it runs on any engine within the step. */
export interface Guide {
  /** Names the guide in ids and errors; without slashes. */
  readonly name: string;
  /** Weights, handed to `gradient` by name. */
  readonly weights: Readonly<Record<string, NamedArray>>;
  /** Direction of ascent at x0Hat [B, T, F], of the same shape. Row b depends on row b of the inputs only. */
  gradient(weights: Tensors, inputs: GuideInputs): tf.Tensor;
}

/**
 * Which gradient of a classifier's logits f guides. `log-likelihood` is that of log p(y | x0Hat). `joint` is that of
 * tau1 f_y - log sum exp(tau2 f) (Ma et al., arXiv 2310.11311), which with tau1 > tau2 leans to the joint density of image and
 * class.
 */
export type GuideGradient = 'log-likelihood' | 'joint';

/** Settings of the joint gradient: those that its paper found best. */
const TAU1 = 1;
const TAU2 = 0.5;

function joint(logits: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const scaled = tf.mul(logits, TAU2);
  const top = tf.max(scaled, -1, true);
  const logSum = tf.add(tf.log(tf.sum(tf.exp(tf.sub(scaled, top)), -1)), tf.reshape(top, [-1]));
  return tf.sub(tf.mul(tf.sum(tf.mul(logits, y), -1), TAU1), logSum);
}

/**
 * ST-Trans as a guide: the gradient of what it thinks of the class with respect to x0Hat (arXiv 2302.13434).
 *
 * @throws ModelError MODEL_MISSING where the model has no ST-Trans
 */
export function stTransGuide({ stTrans, folder }: Model, kind: GuideGradient): Guide {
  if (!stTrans)
    throw new ModelError(
      'MODEL_MISSING',
      `the model at ${folder} has no ST-Trans to guide with: train it with "skelmix train st-trans --out ${folder}", or set generator.classifierScale to 0`,
    );
  const score = kind === 'joint' ? joint : logLikelihood;
  return {
    name: 'st-trans',
    weights: stTrans.weights,
    gradient: (weights, { x0Hat, y }) => tf.grad((x: tf.Tensor) => tf.sum(score(stTrans.network.forward(weights, x), y)))(x0Hat),
  };
}
