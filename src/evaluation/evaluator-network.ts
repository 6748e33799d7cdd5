import type { Tensors } from '../engine/engine.js';
import { tf } from '../engine/tfjs.js';
import { dense, feedForward, layerNorm, selfAttention } from '../generator/networks/layers.js';
import { type Network, ParameterList } from '../generator/networks/parameters.js';

/** Sizes of an evaluator. */
export interface EvaluatorArchitecture {
  readonly numFrames: number;
  /** Values of a frame, M V C. */
  readonly frameSize: number;
  readonly numClasses: number;
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  readonly features: number;
}

/** What an evaluator says of images. */
export interface EvaluatorOutputs {
  /** [B, features], in (-1, 1). */
  readonly features: tf.Tensor;
  /** [B, K]. */
  readonly logits: tf.Tensor;
}

/**
 * A classifier that only judges: images [B, T, M V C] to features and logits. One token a frame, so that it looks at motion in
 * another way than ST-Trans, which guides; the 30 tanh features follow the evaluation net of Action2Motion (arXiv 2007.15240).
 */
export function createEvaluatorNetwork(architecture: EvaluatorArchitecture): Network<tf.Tensor, EvaluatorOutputs> {
  const { numFrames, frameSize, numClasses, width, blocks, heads } = architecture;
  const list = new ParameterList();
  const frameIn = dense(list, 'frame.in', frameSize, width);
  const positions = list.matrix('positions', numFrames, width, 2);
  const layers = Array.from({ length: blocks }, (_, i) => ({
    attention: selfAttention(list, `block${i}.attention`, width, heads),
    feedForward: feedForward(list, `block${i}.feedForward`, width, 2),
  }));
  const featuresOut = dense(list, 'features', width, architecture.features);
  const logitsOut = dense(list, 'logits', architecture.features, numClasses);

  const forward = (weights: Tensors, x: tf.Tensor): EvaluatorOutputs => {
    let h = tf.add(frameIn(weights, x), tf.reshape(positions(weights), [1, numFrames, width]));
    for (const block of layers) {
      h = tf.add(h, block.attention(weights, layerNorm(h)));
      h = tf.add(h, block.feedForward(weights, layerNorm(h)));
    }
    const features = tf.tanh(featuresOut(weights, tf.mean(layerNorm(h), 1)));
    return { features, logits: logitsOut(weights, features) };
  };
  return { parameters: list.specs, forward };
}
