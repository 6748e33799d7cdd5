import { tf } from '../../engine/tfjs.js';
import { dense, feedForward, layerNorm, selfAttention } from './layers.js';
import { type Network, ParameterList } from './parameters.js';

const HEADS = 4;

/** Sizes of a frame transformer. */
export interface FrameTransformerArchitecture {
  readonly kind: 'frame-transformer';
  readonly numFrames: number;
  /** Persons M of an image. */
  readonly numPersons: number;
  /** Joints V of one person. */
  readonly numJoints: number;
  readonly channels: number;
  readonly numClasses: number;
  /** A multiple of 4. */
  readonly width: number;
  readonly blocks: number;
  /** Length of the features before the logits. */
  readonly features: number;
}

/** What a frame transformer reads: images [B, T, M V C] and, in training only, factors of dropout [B, width]. */
export interface FrameTransformerInputs {
  readonly x: tf.Tensor;
  readonly keep?: tf.Tensor;
}

/** Features [B, features] in (-1, 1) and logits [B, K]. */
export interface FrameTransformerOutputs {
  readonly features: tf.Tensor;
  readonly logits: tf.Tensor;
}

/**
 * A classifier that takes each frame for one token, so that it looks at motion in another way than ST-Trans, which guides;
 * the tanh features follow the evaluation net of Action2Motion (arXiv 2007.15240). `width` must be a multiple of 4.
 */
export function createFrameTransformer(architecture: Omit<FrameTransformerArchitecture, 'kind'>): Network<
  FrameTransformerInputs,
  FrameTransformerOutputs
> & {
  /** Values of an image that dropout covers. */
  readonly keepSize: number;
} {
  const { numFrames, numPersons, numJoints, channels, numClasses, width, blocks } = architecture;
  const list = new ParameterList();
  const frameIn = dense(list, 'frame.in', numPersons * numJoints * channels, width);
  const positions = list.matrix('positions', numFrames, width, 2);
  const layers = Array.from({ length: blocks }, (_, i) => ({
    attention: selfAttention(list, `block${i}.attention`, width, HEADS),
    feedForward: feedForward(list, `block${i}.feedForward`, width, 2),
  }));
  const featuresOut = dense(list, 'features', width, architecture.features);
  const logitsOut = dense(list, 'logits', architecture.features, numClasses);

  return {
    parameters: list.specs,
    keepSize: width,
    forward(weights, { x, keep }) {
      let h = tf.add(frameIn(weights, x), tf.reshape(positions(weights), [1, numFrames, width]));
      for (const block of layers) {
        h = tf.add(h, block.attention(weights, layerNorm(h)));
        h = tf.add(h, block.feedForward(weights, layerNorm(h)));
      }
      const pooled = tf.mean(layerNorm(h), 1);
      const features = tf.tanh(featuresOut(weights, keep ? tf.mul(pooled, keep) : pooled));
      return { features, logits: logitsOut(weights, features) };
    },
  };
}
