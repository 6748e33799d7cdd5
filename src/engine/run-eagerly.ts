import type { Tensor } from '@tensorflow/tfjs';
import { isBatched, rowSize, shapeAt } from './batch-shape.js';
import type { NamedArray, Shape, Tensors } from './engine.js';
import type { CompileRequest } from './engine-of.js';
import { tf } from './tfjs.js';
import { withBackend } from './with-backend.js';

/**
 * Runs a function once, operation by operation, on a tfjs backend whose factory is synchronous. Every tensor of the run is
 * disposed before it returns or throws; what the function or a kernel throws passes unchanged.
 *
 * @param feeds exactly the declared inputs, already checked
 * @param kept further tensors that the function is given; they stay on the backend
 */
export function runEagerly(
  backend: string,
  { fn, inputs, constants }: CompileRequest,
  feeds: Readonly<Record<string, Float32Array>>,
  kept: Tensors = {},
): Record<string, Float32Array> {
  return withBackend(backend, () => {
    const given: Tensors = { ...kept };
    for (const [name, shape] of Object.entries(inputs)) {
      const data = feeds[name]!;
      given[name] = tensorOf(shapeAt(shape, isBatched(shape) ? data.length / rowSize(shape) : 0), data);
    }
    for (const [name, { shape, data }] of Object.entries<NamedArray>(constants)) given[name] = tensorOf(shape, data);
    const result = fn(given);
    return Object.fromEntries(Object.entries(result).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
  });
}

/** The values as a tensor of the present backend. */
export function tensorOf(shape: Shape, data: Float32Array): Tensor {
  return tf.tensor(data, [...shape], 'float32');
}
