import type { Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import { dense, feedForward, layerNorm, selfAttention } from './layers.js';
import { type Network, ParameterList } from './parameters.js';

/** Sizes of an ST-Trans. */
export interface StTransArchitecture {
  readonly kind: 'st-trans';
  /** Frames T of a skeleton image; a multiple of `patch`. */
  readonly numFrames: number;
  /** Joints of all persons, M V. */
  readonly numJoints: number;
  readonly channels: number;
  readonly numClasses: number;
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  /** Frames of one joint that make one token. */
  readonly patch: number;
}

/**
 * Spatial-temporal transformer classifier: images [B, T, M V C] to logits [B, K] (after Jiang, Chen and Ko, arXiv 2302.13434).
 * Each block attends over the joints within a time step, then over time for each joint: O(T V^2 + V T^2). Only smooth
 * activations, since the gradient with respect to the image is what the sampler is guided by.
 */
export function createStTrans(architecture: StTransArchitecture): Network<tf.Tensor> {
  const { numFrames, numJoints: V, channels, numClasses, width, blocks, heads, patch } = architecture;
  const steps = numFrames / patch;
  const list = new ParameterList();
  const tokenIn = dense(list, 'token.in', patch * channels, width);
  const jointPositions = list.matrix('positions.joint', V, width, 1.4);
  const timePositions = list.matrix('positions.time', steps, width, 1.4);
  const layers = Array.from({ length: blocks }, (_, i) => ({
    spatial: selfAttention(list, `block${i}.spatial`, width, heads),
    temporal: selfAttention(list, `block${i}.temporal`, width, heads),
    feedForward: feedForward(list, `block${i}.feedForward`, width, 2),
  }));
  const logits = dense(list, 'logits', width, numClasses, { gain: 0.5 });

  const forward = (weights: Tensors, x: tf.Tensor): tf.Tensor => {
    const B = x.shape[0]!;
    const patches = tf.transpose(tf.reshape(x, [B, steps, patch, V, channels]), [0, 1, 3, 2, 4]);
    let h = tokenIn(weights, tf.reshape(patches, [B, steps, V, patch * channels]));
    h = tf.add(h, tf.reshape(jointPositions(weights), [1, 1, V, width]));
    h = tf.add(h, tf.reshape(timePositions(weights), [1, steps, 1, width]));
    for (const block of layers) {
      const overJoints = block.spatial(weights, tf.reshape(layerNorm(h), [B * steps, V, width]));
      h = tf.add(h, tf.reshape(overJoints, [B, steps, V, width]));
      const byJoint = tf.reshape(tf.transpose(layerNorm(h), [0, 2, 1, 3]), [B * V, steps, width]);
      const overTime = tf.reshape(block.temporal(weights, byJoint), [B, V, steps, width]);
      h = tf.add(h, tf.transpose(overTime, [0, 2, 1, 3]));
      h = tf.add(h, block.feedForward(weights, layerNorm(h)));
    }
    return logits(weights, tf.mean(layerNorm(h), [1, 2]));
  };
  return { parameters: list.specs, forward };
}
