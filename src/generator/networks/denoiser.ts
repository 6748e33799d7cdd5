import type { Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import { dense, feedForward, layerNorm, selfAttention, silu } from './layers.js';
import { type Network, ParameterList } from './parameters.js';

/** Sizes of a denoiser. */
export interface DenoiserArchitecture {
  readonly kind: 'frame-transformer';
  /** Frames T of a skeleton image; one token each. */
  readonly numFrames: number;
  /** Values of a frame: M V C. */
  readonly frameSize: number;
  readonly numClasses: number;
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  /** Above 1, the classifier-free scale is an input, learnt by distillation for scales from 1 to this one. Default 1: it is none. */
  readonly maxScale?: number;
}

/** What a denoiser is given. */
export interface DenoiserInputs {
  /** Noisy skeleton images [B, T, M V C]. */
  readonly x: tf.Tensor;
  /** Diffusion time in [0, 1], [B], or [1] for all. */
  readonly t: tf.Tensor;
  /** One-hot classes [B, K]; a row of zeros asks for the unconditional estimate. */
  readonly y: tf.Tensor;
  /** Classifier-free scale of each image [B], or [1] for all; 1 is off. Needed by networks with a `maxScale` above 1 only. */
  readonly scale?: tf.Tensor;
}

/** Sinusoidal features of the diffusion time, [B] to [B, 64] (as positions in Vaswani et al. 2017; t in hundredths). */
function timeFeatures(t: tf.Tensor): tf.Tensor {
  const half = 32;
  const frequencies = tf.exp(tf.mul(tf.range(0, half, 1, 'float32'), -Math.log(1000) / half));
  const angles = tf.mul(tf.reshape(tf.mul(t, 100), [-1, 1]), tf.reshape(frequencies, [1, half]));
  return tf.concat([tf.sin(angles), tf.cos(angles)], 1);
}

/**
 * Class-conditional transformer denoiser: x_t, t, y to x0Hat, all images [B, T, M V C]. One token a frame; class and time
 * scale, shift and gate every block (adaptive layer norm, DiT, arXiv 2212.09748). Gates start near one rather than zero:
 * with a few thousand steps of training that learns faster, and the small output gains keep the start close to the identity.
 */
export function createDenoiser(architecture: DenoiserArchitecture): Network<DenoiserInputs> {
  const { numFrames, frameSize, numClasses, width, blocks, heads, maxScale = 1 } = architecture;
  const list = new ParameterList();
  const timeIn = dense(list, 'time.in', 64, width);
  const timeOut = dense(list, 'time.out', width, width);
  const classes = list.matrix('classes', numClasses, width, 3);
  const frameIn = dense(list, 'frame.in', frameSize, width);
  const positions = list.matrix('positions', numFrames, width, 2);
  const layers = Array.from({ length: blocks }, (_, i) => ({
    modulation: dense(list, `block${i}.modulation`, width, 6 * width, { gain: 0.1 }),
    attention: selfAttention(list, `block${i}.attention`, width, heads),
    feedForward: feedForward(list, `block${i}.feedForward`, width, 4),
  }));
  const frameOut = dense(list, 'frame.out', width, frameSize, { gain: 0.3 });
  const scaleIn = maxScale > 1 ? dense(list, 'scale.in', 1, width) : undefined;
  // Starts at zero, so that distillation starts from the network it distils.
  const scaleOut = maxScale > 1 ? dense(list, 'scale.out', width, width, { gain: 0 }) : undefined;

  const conditionOf = (weights: Tensors, { t, y, scale }: DenoiserInputs): tf.Tensor => {
    const time = timeOut(weights, silu(timeIn(weights, timeFeatures(t))));
    const condition = tf.add(time, tf.matMul(y, classes(weights)));
    if (!scaleIn || !scaleOut) return silu(condition);
    return silu(tf.add(condition, scaleOut(weights, silu(scaleIn(weights, tf.log(tf.reshape(scale!, [-1, 1])))))));
  };
  const forward = (weights: Tensors, inputs: DenoiserInputs): tf.Tensor => {
    const condition = conditionOf(weights, inputs);
    let h = tf.add(frameIn(weights, inputs.x), tf.reshape(positions(weights), [1, numFrames, width]));
    for (const block of layers) {
      const modulation = tf.reshape(block.modulation(weights, condition), [-1, 1, 6 * width]);
      const [scale1, shift1, gate1, scale2, shift2, gate2] = tf.split(modulation, 6, 2) as tf.Tensor[];
      const adaptive = (h: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
        tf.add(tf.mul(layerNorm(h), tf.add(scale, 1)), shift);
      h = tf.add(h, tf.mul(tf.add(gate1!, 1), block.attention(weights, adaptive(h, scale1!, shift1!))));
      h = tf.add(h, tf.mul(tf.add(gate2!, 1), block.feedForward(weights, adaptive(h, scale2!, shift2!))));
    }
    return frameOut(weights, layerNorm(h));
  };
  return { parameters: list.specs, forward };
}
