import { ModelError } from '../../../core/errors.js';
import { findDevice } from '../device.js';
import { findCuda, runtimePackages } from './installation.js';
import { preloadCuda } from './preload.js';

/**
 * Makes CUDA ready in this process, after another one has computed with it.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where it is not set up, was set up for another onnxruntime, or finds no GPU
 */
export async function readyCuda(): Promise<void> {
  const cuda = findCuda();
  if (cuda === undefined) throw unavailable('is not set up; `skelmix setup cuda` does it (it is optional)');
  const { version } = runtimePackages();
  if (cuda.version !== version) {
    throw unavailable(
      `was set up for onnxruntime ${cuda.version}, and ${version} is installed: run \`skelmix setup cuda\` again`,
    );
  }
  const device = await findDevice('cuda');
  if (!device.usable) {
    throw unavailable(
      `finds no GPU it can compute on: ${device.reason}. It needs an NVIDIA GPU with its driver (\`nvidia-smi\` shows both); ` +
        'the engine onnx-cpu computes on the processor',
      device.reason,
    );
  }
  preloadCuda(cuda.libraries);
}

function unavailable(what: string, reason?: string): ModelError {
  return new ModelError('BACKEND_UNAVAILABLE', `the engine onnx-cuda ${what}`, { details: { engine: 'onnx-cuda', reason } });
}
