import type { Engine } from './engine.js';
import { engineOf } from './engine-of.js';
import { trace } from './onnx/trace.js';
import { runEagerly } from './run-eagerly.js';

/**
 * The engine that runs a function eagerly in plain JavaScript (tfjs' cpu backend): the reference that other engines are
 * compared with, and the last resort, some hundred times slower than `onnx`. A function is traced once when it is compiled,
 * only to know its outputs and to refuse the same kernels that `onnx` refuses.
 */
export async function createCpuEngine(): Promise<Engine> {
  return engineOf('cpu', async (request) => {
    const outputs = Object.fromEntries(trace(request).outputs.map(({ name, shape }) => [name, shape]));
    return { outputs, run: async (feeds) => runEagerly('cpu', request, feeds), release: async () => undefined };
  });
}
