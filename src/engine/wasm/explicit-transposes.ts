import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import { InternalError } from '../../core/errors.js';
import { tf } from '../tfjs.js';

const KERNEL = 'BatchMatMul';

/**
 * Runs synchronous work while the gradient of a matrix product transposes its factors by an operation of their own and then
 * multiplies plainly. tfjs' own gradient asks the product to transpose, for which the WebAssembly backend has no fast code: a
 * training step takes about six times as long. Gradients are global in tfjs; the former one is put back, also after an error.
 */
export function withExplicitTransposes<R>(work: () => R): R {
  const former = tf.getGradient(KERNEL);
  if (!former) throw new InternalError(`tfjs has no gradient for ${KERNEL}`);
  // Registered over the former one, tfjs would warn.
  tf.unregisterGradient(KERNEL);
  tf.registerGradient(explicitTransposes);
  try {
    return work();
  } finally {
    tf.unregisterGradient(KERNEL);
    tf.registerGradient(former);
  }
}

/** For y = op(a) op(b): d op(a) = dy op(b)^T and d op(b) = op(a)^T dy, each transposed back where op transposes. */
const explicitTransposes: GradConfig = {
  kernelName: KERNEL,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attributes) => {
    const [a, b] = saved as [Tensor, Tensor];
    const { transposeA, transposeB } = attributes as unknown as { transposeA: boolean; transposeB: boolean };
    const upstream = dy as Tensor;
    return {
      a: () => {
        const gradient = tf.matMul(upstream, transposeB ? b : transposed(b));
        return transposeA ? transposed(gradient) : gradient;
      },
      b: () => {
        const gradient = tf.matMul(transposeA ? a : transposed(a), upstream);
        return transposeB ? transposed(gradient) : gradient;
      },
    };
  },
};

/** The last two axes exchanged. */
function transposed(x: Tensor): Tensor {
  const axes = Array.from({ length: x.rank }, (_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
