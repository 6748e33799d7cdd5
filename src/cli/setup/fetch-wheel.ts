import { ModelError, messageOf } from '../../core/errors.js';
import type { TensorflowDevice } from '../../engine/index.js';
import type { RunTool } from './run-tool.js';

/** A Python package with native libraries, and how it is fetched. */
export interface Wheel {
  /** As pip takes it, e.g. `name[extra]==1.2`. */
  readonly spec: string;
  /** Arguments of `pip install` besides. */
  readonly arguments: readonly string[];
  /** What fills the disk, e.g. `1.3 GB`. */
  readonly size: string;
  /** Which Pythons it is made for, or where that is said. */
  readonly pythons: string;
}

/** The Python package with libtensorflow for a device. */
export function wheelFor(device: TensorflowDevice): string {
  return device === 'gpu' ? 'tensorflow[and-cuda]' : 'tensorflow-cpu';
}

/**
 * TensorFlow's wheel, into a folder. For a processor only the library is needed, not what the Python code depends on; for a GPU the
 * CUDA libraries are such dependencies, and it finds them next to itself.
 */
export function tensorflowWheel(device: TensorflowDevice, folder: string): Wheel {
  return {
    spec: wheelFor(device),
    arguments: [...(device === 'gpu' ? [] : ['--no-deps']), '--target', folder],
    size: '1.3 GB (with CUDA 6 GB)',
    pythons: 'see https://www.tensorflow.org/install/pip',
  };
}

/**
 * The wheel with onnxruntime's CUDA provider, and NVIDIA's with the libraries of the CUDA that it was built with, into a folder. Only
 * libraries are wanted, so it need not fit the Python that fetches it: one version of Python is asked for that has a wheel.
 */
export function cudaWheel(version: string, folder: string): Wheel {
  return {
    spec: `onnxruntime-gpu[cuda,cudnn]==${version}`,
    arguments: ['--only-binary=:all:', '--python-version', '3.12', '--target', folder],
    size: '3 GB',
    pythons: 'see https://onnxruntime.ai/docs/install',
  };
}

/** Arguments of Python that fetch a wheel. */
export function pipArguments({ spec, arguments: own }: Wheel): string[] {
  const quiet = ['--quiet', '--no-compile', '--disable-pip-version-check', '--no-input'];
  return ['-m', 'pip', 'install', ...quiet, ...own, spec];
}

/**
 * Fetches a wheel.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where there is no wheel for this Python, or pip can't fetch it
 */
export async function fetchWheel(python: string, wheel: Wheel, run: RunTool): Promise<void> {
  try {
    await run(python, pipArguments(wheel));
  } catch (error) {
    throw new ModelError('BACKEND_UNAVAILABLE', explainPip(messageOf(error), python, wheel), { cause: error });
  }
}

/** What pip's failure means and what to do. */
export function explainPip(message: string, python: string, { spec, size, pythons }: Wheel): string {
  if (/No matching distribution|Could not find a version/.test(message)) {
    return `there is no wheel ${spec} for ${python} on this platform that pip can reach: name a Python that has one in SKELMIX_PYTHON (${pythons}), or check the package index. ${message}`;
  }
  if (/No space left/.test(message)) {
    return `the disk is full: ${spec} needs ${size}; set XDG_DATA_HOME to a larger one. ${message}`;
  }
  return `pip can't fetch ${spec}; check the network and try again. ${message}`;
}
