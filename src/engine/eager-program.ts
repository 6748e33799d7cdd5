import type { Tensor } from '@tensorflow/tfjs';
import type { NamedArray, Shape, Tensors } from './engine.js';
import type { CompileRequest, Program } from './engine-of.js';
import { trace } from './onnx/trace.js';
import { tf } from './tfjs.js';
import { withBackend } from './with-backend.js';

/**
 * A function that a tfjs backend runs operation by operation. It is traced once, only to know its outputs and to refuse the
 * same kernels that `onnx` refuses. Constants stay on the backend until the program is released.
 *
 * @param backend name of a registered tfjs backend whose factory is synchronous
 */
export function eagerProgram(backend: string, request: CompileRequest): Program {
  const { fn, inputs } = request;
  const outputs = Object.fromEntries(trace(request).outputs.map(({ name, shape }) => [name, shape]));
  const constants = withBackend(backend, () => keptConstants(request.constants));
  return {
    outputs,
    run: async (feeds) =>
      withBackend(backend, () => {
        const given: Tensors = { ...constants };
        for (const [name, shape] of Object.entries(inputs)) given[name] = tensorOf(shape, feeds[name]!);
        const result = fn(given);
        return Object.fromEntries(Object.entries(result).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
      }),
    release: async () => tf.dispose(constants),
  };
}

function keptConstants(constants: Readonly<Record<string, NamedArray>>): Tensors {
  return Object.fromEntries(Object.entries(constants).map(([name, { shape, data }]) => [name, tf.keep(tensorOf(shape, data))]));
}

function tensorOf(shape: Shape, data: Float32Array): Tensor {
  return tf.tensor(data, [...shape], 'float32');
}
