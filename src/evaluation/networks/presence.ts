import { tf } from '../../engine/tfjs.js';

/** Makes the smallest square of a coordinate that float32 images hold in practice (1e-6 of the body) larger than one. */
const LARGE = 1e13;

/**
 * Who is there: images [B, T, M V C] to [B, T, M], 1 where any coordinate of the person differs from zero in the frame and 0
 * elsewhere. `numPersons` 1 takes all persons as one.
 */
export function presence(x: tf.Tensor, numPersons: number): tf.Tensor {
  const [B, T, F] = x.shape as [number, number, number];
  const extent = tf.sum(tf.square(tf.reshape(x, [B, T, numPersons, F / numPersons])), -1);
  return tf.minimum(tf.mul(extent, LARGE), 1);
}
