import { ModelError } from '../../core/errors.js';
import { eagerProgram } from '../eager-program.js';
import type { Engine } from '../engine.js';
import { engineOf } from '../engine-of.js';
import { findTensorflow, type TensorflowDevice } from './installation.js';
import { type LoadedTensorflow, loadTensorflow, setupCommand, TENSORFLOW_BACKEND } from './load-backend.js';

/** Where the tensorflow engine computes. */
export interface TensorflowEngineOptions {
  /** Default: `cpu`. */
  readonly device?: TensorflowDevice;
}

/**
 * The engine that runs a function eagerly in TensorFlow, through tfjs-node or tfjs-node-gpu. It is called `tensorflow-cpu` or
 * `tensorflow-gpu`. `run` occupies the thread that calls it. Threads: `TF_NUM_INTRAOP_THREADS` in the environment that the
 * process starts with.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where TensorFlow is not installed for this device, can't be loaded, or finds no GPU
 */
export async function createTensorflowEngine({ device = 'cpu' }: TensorflowEngineOptions = {}): Promise<Engine> {
  const name = nameFor(device);
  const { usesGpu } = load(device);
  if (device === 'gpu' && !usesGpu) {
    throw new ModelError(
      'BACKEND_UNAVAILABLE',
      `the engine ${name} finds no GPU: TensorFlow loaded, but sees processors only. ` +
        'Check the driver with `nvidia-smi` and CUDA_VISIBLE_DEVICES; TF_CPP_MIN_LOG_LEVEL=0 makes TensorFlow say what it misses',
      { details: { engine: name } },
    );
  }
  if (device === 'cpu' && usesGpu) {
    throw new ModelError(
      'BACKEND_UNAVAILABLE',
      `the engine ${name} would compute on a GPU: choose the engine tensorflow-gpu, or hide the GPU with CUDA_VISIBLE_DEVICES=-1`,
      { details: { engine: name } },
    );
  }
  return engineOf(name, async (request) => eagerProgram(TENSORFLOW_BACKEND, request));
}

/**
 * Version of libtensorflow.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where TensorFlow is not installed for this device or can't be loaded
 */
export async function tensorflowVersion(device: TensorflowDevice): Promise<string> {
  return load(device).version;
}

function load(device: TensorflowDevice): LoadedTensorflow {
  const installation = findTensorflow(device);
  if (installation !== undefined) return loadTensorflow(installation);
  const engine = nameFor(device);
  throw new ModelError(
    'BACKEND_UNAVAILABLE',
    `the engine ${engine} is not installed; \`${setupCommand(device)}\` installs it (it is optional)`,
    { details: { engine } },
  );
}

function nameFor<D extends TensorflowDevice>(device: D): `tensorflow-${D}` {
  return `tensorflow-${device}`;
}
