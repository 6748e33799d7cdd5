import { ModelError, messageOf } from '../../core/errors.js';
import { rowsWithin } from '../chunks.js';
import type { Engine } from '../engine.js';
import { type CompileRequest, engineOf } from '../engine-of.js';
import { explainedError } from '../onnx/trace.js';
import { traceBatched } from '../onnx/trace-batched.js';
import { runEagerly } from '../run-eagerly.js';
import { refuseBooleans } from './corrected-kernels.js';
import { withExplicitTransposes } from './explicit-transposes.js';
import { MemoryExceeded, type MemoryGuard } from './memory-guard.js';
import { abandonWasmModule, startWasmBackend, stopWasmBackend, WASM_BACKEND } from './wasm-backend.js';

/** How the wasm engine runs. */
export interface WasmEngineOptions {
  /**
   * Most bytes that the tensors of one run may hold together; larger batches are cut into chunks. Default: 3 GiB; a WebAssembly
   * memory ends at 4 GiB.
   */
  readonly maxBytes?: number;
}

/** Leaves a quarter of a WebAssembly memory to what kernels allocate for themselves. */
const DEFAULT_MAX_BYTES = 3 * 2 ** 30;

/**
 * The engine that runs a function eagerly on tfjs' WebAssembly backend, in one thread: some tens of times faster than `cpu`,
 * slower than `onnx`. A function is traced once when it is compiled, to know its outputs and the memory it needs. A run that
 * fails inside the backend fails alone: the next one gets a new module. `run` occupies the thread that calls it.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where the backend can't be loaded; the same from `compile` and `run` where a function
 *   needs more memory than allowed, with the size in `details.bytes`
 */
export async function createWasmEngine({ maxBytes = DEFAULT_MAX_BYTES }: WasmEngineOptions = {}): Promise<Engine> {
  await withModule(() => enginesOpen++);
  let closing: Promise<void> | undefined;
  const engine = engineOf('wasm', async (request) => {
    const traced = withExplicitTransposes(() => traceBatched(request, refuseBooleans));
    const leastBytes = traced.peakBytes + traced.rowBytes;
    if (leastBytes > maxBytes) throw tooLarge(request.name, leastBytes, maxBytes);
    return {
      outputs: Object.fromEntries(traced.outputs.map(({ name, shape }) => [name, shape])),
      maxRows: rowsWithin(maxBytes, traced),
      run: (feeds) =>
        withModule((guard) => {
          guard.maxBytes = maxBytes;
          return runContained(request, feeds, maxBytes);
        }),
      release: async () => undefined,
    };
  });
  return {
    ...engine,
    close() {
      closing ??= engine.close().then(() => {
        if (--enginesOpen === 0) dropModule();
      });
      return closing;
    },
  };
}

/** tfjs is one per thread, and so is its WebAssembly module: all engines of a thread share it. */
let enginesOpen = 0;
let starting: Promise<MemoryGuard> | undefined;

/** Does synchronous work while a module is in place, started if need be. */
async function withModule<R>(work: (guard: MemoryGuard) => R): Promise<R> {
  while (true) {
    starting ??= startWasmBackend();
    const mine = starting;
    try {
      const guard = await mine;
      // While this waited, another run may have failed and dropped the module.
      if (starting === mine) return work(guard);
    } catch (error) {
      if (starting === mine) starting = undefined;
      throw error;
    }
  }
}

function dropModule(): void {
  starting = undefined;
  stopWasmBackend();
}

function runContained(
  request: CompileRequest,
  feeds: Readonly<Record<string, Float32Array>>,
  maxBytes: number,
): Record<string, Float32Array> {
  try {
    return withExplicitTransposes(() => runEagerly(WASM_BACKEND, { ...request, fn: abandoningAtTrap(request.fn) }, feeds));
  } catch (error) {
    // A kernel that fails leaves the memory of its intermediate results behind, a trap leaves worse: start afresh.
    dropModule();
    throw failure(request.name, error, maxBytes);
  }
}

/** Tensors are disposed on the way out of an error: a trapped module must not be asked to do so. */
function abandoningAtTrap(fn: CompileRequest['fn']): CompileRequest['fn'] {
  return (tensors) => {
    try {
      return fn(tensors);
    } catch (error) {
      if (isTrap(error)) abandonWasmModule();
      throw error;
    }
  };
}

/** WebAssembly.RuntimeError, which the types of Node.js don't know. */
function isTrap(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError';
}

function failure(name: string, error: unknown, maxBytes: number): unknown {
  if (error instanceof MemoryExceeded) return tooLarge(name, error.bytes, maxBytes, error);
  if (isTrap(error)) {
    return new ModelError(
      'BACKEND_UNAVAILABLE',
      `${name} broke off inside the engine wasm: ${messageOf(error)}. The next run starts with a fresh memory; ` +
        'run it with a smaller group or batch, or on the engine onnx-cpu',
      { cause: error, details: { engine: 'wasm', function: name } },
    );
  }
  return explainedError(name, error);
}

function tooLarge(name: string, bytes: number, maxBytes: number, cause?: unknown): ModelError {
  return new ModelError(
    'BACKEND_UNAVAILABLE',
    `${name} needs ${mebibytes(bytes)} MiB for its tensors on the engine wasm, which allows ${mebibytes(maxBytes)} MiB: ` +
      'run it with a smaller group or batch, or on the engine onnx-cpu',
    { cause, details: { engine: 'wasm', function: name, bytes, maxBytes } },
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
