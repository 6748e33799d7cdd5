import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ModelError, messageOf } from '../../core/errors.js';
import { findCuda, runtimePackages } from './cuda/installation.js';
import { disableTelemetry } from './disable-telemetry.js';
import type { OnnxRuntime } from './session.js';

/**
 * onnxruntime: the one beside which `skelmix setup cuda` put the CUDA provider, where that was made for the installed version, else
 * the one of npm. A process can hold only one of both: their libraries have the same name.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where its native library can't be loaded
 */
export async function loadRuntime(): Promise<OnnxRuntime> {
  disableTelemetry();
  try {
    const cuda = findCuda();
    if (cuda === undefined || cuda.version !== runtimePackages().version) return await import('onnxruntime-node');
    return createRequire(join(cuda.packageFolder, 'package.json'))(cuda.packageFolder) as OnnxRuntime;
  } catch (error) {
    throw new ModelError(
      'BACKEND_UNAVAILABLE',
      `the engines onnx can't load onnxruntime-node: ${messageOf(error)}. ` +
        'Reinstall it with `npm install onnxruntime-node`; its CPU library is inside the package for linux, Windows and macOS',
      { cause: error, details: { engine: 'onnx', reason: messageOf(error) } },
    );
  }
}

/**
 * Version of the onnxruntime library.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where it can't be loaded
 */
export async function onnxruntimeVersion(): Promise<string> {
  const { env } = await loadRuntime();
  return env.versions.node ?? env.versions.common;
}
