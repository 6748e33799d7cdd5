import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ModelError, messageOf } from '../../../core/errors.js';

/** What the provider is linked with or opens by name, in an order in which each finds those before it. */
const LIBRARIES = ['cudart', 'cublasLt', 'cublas', 'curand', 'cufft', 'nvrtc', 'cudnn'];

/** From dlfcn.h of Linux; Node has no name for it. */
const RTLD_NODELETE = 0x1000;

/** NVIDIA's libraries that the provider needs, in the order in which they must be loaded. */
export function cudaLibraries(folder: string): string[] {
  const folders = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, 'lib')) : [];
  const files = folders.filter((path) => existsSync(path)).flatMap((path) => readdirSync(path).map((name) => join(path, name)));
  return LIBRARIES.flatMap((name) => files.find((path) => new RegExp(`/lib${name}\\.so\\.\\d+$`).test(path)) ?? []);
}

/**
 * Loads NVIDIA's libraries out of their wheels, so that the provider, which has no path to them, finds them by name in the
 * process. Changing LD_LIBRARY_PATH would come too late: the loader reads it when a process starts.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where one can't be loaded
 */
export function preloadCuda(folder: string): void {
  const { RTLD_LAZY, RTLD_GLOBAL } = constants.dlopen as { RTLD_LAZY: number; RTLD_GLOBAL: number };
  for (const library of cudaLibraries(folder)) {
    try {
      process.dlopen({ exports: {} }, library, RTLD_LAZY | RTLD_GLOBAL | RTLD_NODELETE);
    } catch (error) {
      // Node opens the library, finds that it is no addon and closes it again, which RTLD_NODELETE makes harmless.
      if (/did not self-register/.test(messageOf(error))) continue;
      throw new ModelError(
        'BACKEND_UNAVAILABLE',
        `the engine onnx-cuda can't load a library of CUDA: ${messageOf(error)}. Run \`skelmix setup cuda\` again`,
        { cause: error, details: { engine: 'onnx-cuda', library } },
      );
    }
  }
}
