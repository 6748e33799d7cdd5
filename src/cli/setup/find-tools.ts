import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModelError } from '../../core/errors.js';
import type { RunTool } from './run-tool.js';

/**
 * The Python that fetches a wheel: `SKELMIX_PYTHON`, else `python3`.
 *
 * @param what comes as a wheel
 * @throws ModelError BACKEND_UNAVAILABLE where there is none, or it has no pip
 */
export async function findPython(what: string, env: Readonly<Record<string, string | undefined>>, run: RunTool): Promise<string> {
  const python = env.SKELMIX_PYTHON || 'python3';
  const remedy = 'install it (Debian: apt install python3 python3-pip), or name another Python in SKELMIX_PYTHON';
  await run(python, ['--version']).catch((error) => {
    throw missing(`${what} comes as a Python wheel, and there is no ${python}: ${remedy}`, error);
  });
  await run(python, ['-m', 'pip', '--version']).catch((error) => {
    throw missing(`${what} comes as a Python wheel, and ${python} has no pip to fetch it: ${remedy}`, error);
  });
  return python;
}

/**
 * The C++ compiler that links Node with TensorFlow: `CXX`, else the first of `c++`, `g++`, `clang++`.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where none runs
 */
export async function findCompiler(env: Readonly<Record<string, string | undefined>>, run: RunTool): Promise<string> {
  const candidates = env.CXX ? [env.CXX] : ['c++', 'g++', 'clang++'];
  for (const candidate of candidates) {
    try {
      await run(candidate, ['--version']);
      return candidate;
    } catch {
      // The next one may be there.
    }
  }
  throw missing(
    `linking Node with TensorFlow needs a C++ compiler, and none of ${candidates.join(', ')} runs: ` +
      'install one (Debian: apt install g++), or name it in CXX',
  );
}

/** The folder with `node_api.h` that came with a Node program, or undefined where it came without. */
export function nodeHeaders(nodeProgram: string = process.execPath): string | undefined {
  const folder = join(dirname(dirname(nodeProgram)), 'include', 'node');
  return existsSync(join(folder, 'node_api.h')) ? folder : undefined;
}

/** @throws ModelError BACKEND_UNAVAILABLE where TensorFlow's wheels hold no library that can be linked with Node */
export function checkPlatform(platform: string = process.platform): void {
  if (platform === 'linux') return;
  throw missing(
    `TensorFlow can be set up on Linux only, not on ${platform}: install @tensorflow/tfjs-node beside skelmix instead ` +
      '(npm install --ignore-scripts=false @tensorflow/tfjs-node); the engine onnx-cpu needs no setup',
  );
}

/**
 * Whether a driver of an NVIDIA GPU shows itself, before gigabytes are fetched for it.
 *
 * @param instead what to do without one
 * @param exists whether a path is there
 * @throws ModelError BACKEND_UNAVAILABLE where none does
 */
export function checkGpu(instead: string, exists: (path: string) => boolean = existsSync): void {
  // The second is that of Windows' subsystem for Linux.
  if (['/dev/nvidiactl', '/dev/dxg'].some(exists)) return;
  throw missing(
    'there is no NVIDIA GPU here, or no driver for it (no /dev/nvidiactl): install the driver, in a container hand the GPU on ' +
      `(docker run --gpus all), or ${instead}`,
  );
}

function missing(message: string, cause?: unknown): ModelError {
  return new ModelError('BACKEND_UNAVAILABLE', message, cause === undefined ? {} : { cause });
}
