import { tf } from '../../engine/tfjs.js';

/** Log-probabilities of logits [B, K]. */
export function logSoftmax(logits: tf.Tensor): tf.Tensor {
  const shifted = tf.sub(logits, tf.max(logits, -1, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
}

/** log p(y | logits) of each row, [B]: logits [B, K], one-hot y [B, K]. */
export function logLikelihood(logits: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(logSoftmax(logits), y), -1);
}

/** Mean cross-entropy with label smoothing (Szegedy et al. 2016): `smoothing` of the weight is spread over all classes. */
export function crossEntropy(logits: tf.Tensor, y: tf.Tensor, smoothing = 0): tf.Tensor {
  const numClasses = logits.shape[1]!;
  const soft = smoothing === 0 ? y : tf.add(tf.mul(y, 1 - smoothing), smoothing / numClasses);
  return tf.neg(tf.mean(tf.sum(tf.mul(soft, logSoftmax(logits)), -1)));
}

/** x[t + 1] - x[t] along axis 1: [B, T, F] to [B, T - 1, F]. */
function velocity(x: tf.Tensor): tf.Tensor {
  const [B, T, F] = x.shape as [number, number, number];
  return tf.sub(tf.slice(x, [0, 1, 0], [B, T - 1, F]), tf.slice(x, [0, 0, 0], [B, T - 1, F]));
}

/** Mean squared error of images [B, T, F], each weighted by its `weight` [B]. */
export function squaredError(a: tf.Tensor, b: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.mean(tf.mul(tf.mean(tf.square(tf.sub(a, b)), [1, 2]), weight));
}

/**
 * Weighted squared error of x0Hat and of its velocity.
 *
 * @param x0Hat, x0 images [B, T, F]
 * @param weight weight of each image [B], e.g. min(SNR, 5) (arXiv 2303.09556)
 * @param velocityWeight weight of the velocity's part
 */
export function denoisingLoss(x0Hat: tf.Tensor, x0: tf.Tensor, weight: tf.Tensor, velocityWeight: number): tf.Tensor {
  const error = squaredError(x0Hat, x0, weight);
  if (velocityWeight === 0) return error;
  return tf.add(error, tf.mul(squaredError(velocity(x0Hat), velocity(x0), weight), velocityWeight));
}
