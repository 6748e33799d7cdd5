import { tf } from '../../engine/tfjs.js';

/** Frames that a temporal layer sees. */
export const TEMPORAL_KERNEL = 5;

/** Neighbours along the bones: [S, T, V, w] to the joint itself, its parent and its children side by side, [S, T, V, 3 w]. */
export function alongBones(x: tf.Tensor, graph: tf.Tensor): tf.Tensor {
  const [S, T, V, w] = x.shape as [number, number, number, number];
  const byChannel = tf.reshape(tf.transpose(x, [0, 1, 3, 2]), [S * T * w, V]);
  const gathered = tf.reshape(tf.matMul(byChannel, graph, false, true), [S, T, w, 3, V]);
  return tf.reshape(tf.transpose(gathered, [0, 1, 4, 3, 2]), [S, T, V, 3 * w]);
}

/** A temporal convolution's window: [S, T, V, w] to [S, T, V, TEMPORAL_KERNEL w], zeros before the first and after the last frame. */
export function alongTime(x: tf.Tensor): tf.Tensor {
  const [S, T, V, w] = x.shape as [number, number, number, number];
  const reach = (TEMPORAL_KERNEL - 1) / 2;
  const edge = tf.zeros([S, reach, V, w]);
  const padded = tf.concat([edge, x, edge], 1);
  return tf.concat(
    Array.from({ length: TEMPORAL_KERNEL }, (_, k) => tf.slice(padded, [0, k, 0, 0], [S, T, V, w])),
    3,
  );
}

/** Mean of each two frames; the last of an odd number is left out. */
export function halveTime(x: tf.Tensor): tf.Tensor {
  const [S, T, V, w] = x.shape as [number, number, number, number];
  const half = Math.floor(T / 2);
  const even = T === 2 * half ? x : tf.slice(x, [0, 0, 0, 0], [S, 2 * half, V, w]);
  return tf.mean(tf.reshape(even, [S, half, 2, V, w]), 2);
}
