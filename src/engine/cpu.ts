import type { Tensor } from '@tensorflow/tfjs';
import type { Engine, NamedArray, Shape, Tensors } from './engine.js';
import { type CompileRequest, engineOf } from './engine-of.js';
import { trace } from './onnx/trace.js';
import { tf } from './tfjs.js';
import { withBackend } from './with-backend.js';

/**
 * The engine that runs a function eagerly in plain JavaScript (tfjs' cpu backend): the reference that other engines are
 * compared with, and the last resort, some hundred times slower than `onnx`. A function is traced once when it is compiled,
 * only to know its outputs and to refuse the same kernels that `onnx` refuses.
 */
export async function createCpuEngine(): Promise<Engine> {
  return engineOf('cpu', async (request) => {
    const outputs = Object.fromEntries(trace(request).outputs.map(({ name, shape }) => [name, shape]));
    return { outputs, run: async (feeds) => runEagerly(request, feeds), release: async () => undefined };
  });
}

function runEagerly(
  { fn, inputs, constants }: CompileRequest,
  feeds: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  return withBackend('cpu', () => {
    const given: Tensors = {};
    for (const [name, shape] of Object.entries(inputs)) given[name] = tensorOf(shape, feeds[name]!);
    for (const [name, { shape, data }] of Object.entries<NamedArray>(constants)) given[name] = tensorOf(shape, data);
    const result = fn(given);
    return Object.fromEntries(Object.entries(result).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
  });
}

function tensorOf(shape: Shape, data: Float32Array): Tensor {
  return tf.tensor(data, [...shape], 'float32');
}
