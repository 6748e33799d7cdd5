import { ModelError, messageOf } from '../../core/errors.js';
import type { TensorflowDevice } from '../../engine/index.js';
import type { RunTool } from './run-tool.js';

/** The Python package with libtensorflow for a device. */
export function wheelFor(device: TensorflowDevice): string {
  return device === 'gpu' ? 'tensorflow[and-cuda]' : 'tensorflow-cpu';
}

/**
 * Arguments of Python that put TensorFlow's wheel into a folder. For a processor only the library is needed, not what the
 * Python code depends on; for a GPU the CUDA libraries are such dependencies, and it finds them next to itself.
 */
export function pipArguments(device: TensorflowDevice, folder: string): string[] {
  const dependencies = device === 'gpu' ? [] : ['--no-deps'];
  const quiet = ['--quiet', '--no-compile', '--disable-pip-version-check', '--no-input'];
  return ['-m', 'pip', 'install', ...quiet, ...dependencies, '--target', folder, wheelFor(device)];
}

/**
 * Fetches TensorFlow into a folder.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where there is no wheel for this Python, or pip can't fetch it
 */
export async function fetchWheel(python: string, device: TensorflowDevice, folder: string, run: RunTool): Promise<void> {
  try {
    await run(python, pipArguments(device, folder));
  } catch (error) {
    throw new ModelError('BACKEND_UNAVAILABLE', explainPip(messageOf(error), python, wheelFor(device)), { cause: error });
  }
}

/** What pip's failure means and what to do. */
export function explainPip(message: string, python: string, wheel: string): string {
  if (/No matching distribution|Could not find a version/.test(message)) {
    return `there is no wheel ${wheel} for ${python} that pip can reach: name a Python that TensorFlow supports in SKELMIX_PYTHON (see https://www.tensorflow.org/install/pip), or check the package index. ${message}`;
  }
  if (/No space left/.test(message)) {
    return `the disk is full: ${wheel} needs 1.3 GB (with CUDA 6 GB); set XDG_DATA_HOME to a larger one. ${message}`;
  }
  return `pip can't fetch ${wheel}; check the network and try again. ${message}`;
}
