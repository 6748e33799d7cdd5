import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { ModelError, messageOf } from '../../core/errors.js';
import { tf } from '../tfjs.js';
import { QUIET_ADDON, type TensorflowInstallation } from './installation.js';
import { SHARED_TFJS } from './shared-tfjs.js';

/** Name of the backend inside tfjs: tfjs-node registers its kernels under it. */
export const TENSORFLOW_BACKEND = 'tensorflow';

/** The little of tfjs-node's native library that is used here; the rest only its own backend calls. */
interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

/** From dlfcn.h of Linux. */
const RTLD_NODELETE = 0x1000;

/** What was loaded. */
export interface LoadedTensorflow {
  /** Version of libtensorflow. */
  readonly version: string;
  /** True where it found a GPU and computes on it. */
  readonly usesGpu: boolean;
}

let loaded: { readonly addon: string; readonly facts: LoadedTensorflow } | undefined;

/**
 * Loads TensorFlow into this thread and registers its kernels with the tfjs of skelmix, once; later calls give the same. The
 * package's main module is not used: it would make TensorFlow the backend of all tfjs code and look for its library by the
 * name of one old version.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where the library can't be loaded, or the package brings a tfjs of its own, whose
 *   tensors ours can't use
 */
export function loadTensorflow({ packageFolder, addon, device }: TensorflowInstallation): LoadedTensorflow {
  if (loaded?.addon === addon) return loaded.facts;
  if (loaded !== undefined) {
    throw unavailable(device, `this process already uses another one (${loaded.addon})`, 'Start another process for this one');
  }
  // For a package that was installed without `skelmix setup`. In a worker, libtensorflow does not see it.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  restoreRemovedTypeTests();
  (globalThis as Record<symbol, unknown>)[SHARED_TFJS] = tf;
  try {
    const require = createRequire(join(packageFolder, 'package.json'));
    const { NodeJSKernelBackend } = require('./dist/nodejs_kernel_backend.js');
    if (!(NodeJSKernelBackend.prototype instanceof tf.KernelBackend))
      throw new Error('it brings its own copy of @tensorflow/tfjs');
    const binding = openAddon(addon);
    require('./dist/register_all_kernels.js');
    tf.registerBackend(TENSORFLOW_BACKEND, () => new NodeJSKernelBackend(binding, device));
    loaded = { addon, facts: { version: binding.TF_Version, usesGpu: binding.isUsingGpuDevice() } };
    return loaded.facts;
  } catch (error) {
    throw unavailable(device, messageOf(error), `Run \`${setupCommand(device)}\` again`, error);
  }
}

/** The command that installs TensorFlow for a device. */
export function setupCommand(device: TensorflowInstallation['device']): string {
  return `skelmix setup tensorflow${device === 'gpu' ? ' --gpu' : ''}`;
}

/**
 * Node exports symbols of libraries that libtensorflow brings too (OpenSSL, zlib, protobuf): RTLD_DEEPBIND lets it prefer its
 * own where the system has that flag. Node unloads an addon with the worker that loaded it, under the feet of TensorFlow's own
 * threads: RTLD_NODELETE keeps it (Linux; Node has no name for the flag).
 */
function openAddon(addon: string): Binding {
  const quiet = join(dirname(addon), QUIET_ADDON);
  if (existsSync(quiet)) open(quiet);
  return open(addon) as Binding;
}

function open(addon: string): unknown {
  const module = { exports: {} };
  const { RTLD_LAZY, RTLD_DEEPBIND = 0 } = constants.dlopen as { RTLD_LAZY: number; RTLD_DEEPBIND?: number };
  const nodelete = process.platform === 'linux' ? RTLD_NODELETE : 0;
  process.dlopen(module, addon, RTLD_LAZY | RTLD_DEEPBIND | nodelete);
  return module.exports;
}

/** tfjs-node 4.22 calls two functions of `node:util` that Node 23 removed. */
function restoreRemovedTypeTests(): void {
  const target = util as unknown as Record<string, unknown>;
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}

function unavailable(device: TensorflowInstallation['device'], reason: string, remedy: string, cause?: unknown): ModelError {
  const engine = `tensorflow-${device}`;
  return new ModelError('BACKEND_UNAVAILABLE', `the engine ${engine} can't load TensorFlow: ${reason}. ${remedy}`, {
    cause,
    details: { engine, reason },
  });
}
