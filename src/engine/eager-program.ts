import { DEFAULT_MAX_RUN_BYTES, rowsWithin } from './chunks.js';
import type { NamedArray, Tensors } from './engine.js';
import type { CompileRequest } from './engine-of.js';
import { traceBatched } from './onnx/trace-batched.js';
import type { Program } from './program.js';
import { runEagerly, tensorOf } from './run-eagerly.js';
import { tf } from './tfjs.js';
import { withBackend } from './with-backend.js';

/**
 * A function that a tfjs backend runs operation by operation. It is traced once, only to know its outputs and to refuse the
 * same kernels that `onnx` refuses. Constants stay on the backend until the program is released.
 *
 * @param backend name of a registered tfjs backend whose factory is synchronous
 * @param maxRunBytes bytes that tensors of one run may hold, beyond which batches are cut into chunks
 */
export function eagerProgram(backend: string, request: CompileRequest, maxRunBytes = DEFAULT_MAX_RUN_BYTES): Program {
  const traced = traceBatched(request);
  const constants = withBackend(backend, () => keptConstants(request.constants));
  return {
    outputs: Object.fromEntries(traced.outputs.map(({ name, shape }) => [name, shape])),
    maxRows: rowsWithin(maxRunBytes, traced),
    run: async (feeds) => runEagerly(backend, { ...request, constants: {} }, feeds, constants),
    release: async () => tf.dispose(constants),
  };
}

function keptConstants(constants: Readonly<Record<string, NamedArray>>): Tensors {
  return Object.fromEntries(Object.entries(constants).map(([name, { shape, data }]) => [name, tf.keep(tensorOf(shape, data))]));
}
