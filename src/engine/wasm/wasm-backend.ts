import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { InternalError, ModelError, messageOf } from '../../core/errors.js';
import { tf } from '../tfjs.js';
import { correctKernels } from './corrected-kernels.js';
import { guardMemory, type MemoryGuard, type WasmAllocator } from './memory-guard.js';

/** Name under which skelmix registers the WebAssembly backend in tfjs: apart from tfjs' own, so that it can be replaced. */
export const WASM_BACKEND = 'skelmix-wasm';

/** Name and kernels of the backend in its package. */
const PACKAGE_BACKEND = 'wasm';

/**
 * Version of tfjs' WebAssembly backend.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where its package can't be loaded
 */
export async function wasmVersion(): Promise<string> {
  return (await loadPackage()).version_wasm;
}

/**
 * Registers a new WebAssembly module, with a memory of its own, as the backend `WASM_BACKEND` of this thread, in place of the
 * former one if there is one. One at a time: tfjs' kernels are bound to the module that was chosen last.
 *
 * @returns the guard of its memory: an operation that would pass the limit throws MemoryExceeded
 * @throws ModelError BACKEND_UNAVAILABLE where the package or the module can't be loaded
 */
export async function startWasmBackend(): Promise<MemoryGuard> {
  const backend = await newModule();
  const module = backend.wasm as unknown as WasmAllocator & { onAbort: () => void };
  const guard = guardMemory(module);
  module.onAbort = () => abandon(backend);
  stopWasmBackend();
  if (tf.getKernelsForBackend(WASM_BACKEND).length === 0) {
    tf.copyRegisteredKernels(PACKAGE_BACKEND, WASM_BACKEND);
    correctKernels(WASM_BACKEND);
  }
  // Priority 0 is below every real backend: tfjs never picks it on its own.
  tf.registerBackend(WASM_BACKEND, () => backend, 0);
  return guard;
}

/** Makes the module free no memory any more, if there is one: after a trap its allocator can't be trusted. */
export function abandonWasmModule(): void {
  const backend = tf.findBackendFactory(WASM_BACKEND) && tf.findBackend(WASM_BACKEND);
  if (backend) abandon(backend as BackendWasm);
}

/** Tensors that outlive the module can still be read. */
function abandon(backend: BackendWasm): void {
  const { dataIdMap } = backend as unknown as {
    dataIdMap: { delete(id: object): boolean; get(id: object): { refCount: number } };
  };
  backend.disposeData = (dataId, force = false) => {
    const data = dataIdMap.get(dataId);
    if (!data) return true;
    data.refCount--;
    if (!force && data.refCount > 0) return false;
    return dataIdMap.delete(dataId);
  };
  // tfjs calls it when the backend is removed.
  backend.dispose = () => undefined;
}

/** Takes the backend out of tfjs and gives its memory back; does nothing where there is none. */
export function stopWasmBackend(): void {
  if (!tf.findBackendFactory(WASM_BACKEND)) return;
  // Tensors that a function took from outside may outlive it.
  abandonWasmModule();
  tf.removeBackend(WASM_BACKEND);
}

type WasmPackage = typeof import('@tensorflow/tfjs-backend-wasm');

async function loadPackage(): Promise<WasmPackage> {
  try {
    return await import('@tensorflow/tfjs-backend-wasm');
  } catch (error) {
    throw unavailable(error);
  }
}

async function newModule(): Promise<BackendWasm> {
  await loadPackage();
  const create = tf.findBackendFactory(PACKAGE_BACKEND);
  if (!create) throw new InternalError(`tfjs' WebAssembly package registered no backend '${PACKAGE_BACKEND}'`);
  try {
    return (await create()) as BackendWasm;
  } catch (error) {
    throw unavailable(error);
  } finally {
    removeModuleListeners();
  }
}

function unavailable(error: unknown): ModelError {
  // The package rejects with a bare object.
  const reason = messageOf(error instanceof Error ? error : ((error as { message?: unknown })?.message ?? error));
  return new ModelError(
    'BACKEND_UNAVAILABLE',
    `the engine wasm can't load @tensorflow/tfjs-backend-wasm: ${reason}. ` +
      'Reinstall it with `npm install @tensorflow/tfjs-backend-wasm`; it needs no native library',
    { cause: error, details: { engine: 'wasm', reason } },
  );
}

/** Each module makes the process rethrow uncaught errors and rejections: not for a library to decide, and one more each time. */
function removeModuleListeners(): void {
  for (const listener of process.listeners('uncaughtException')) {
    if (/instanceof ExitStatus/.test(String(listener))) process.off('uncaughtException', listener);
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (/^function\s*\(reason\)\s*\{\s*throw reason;?\s*\}$/.test(String(listener))) process.off('unhandledRejection', listener);
  }
}
