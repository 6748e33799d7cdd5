import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { tensorflowFolder } from './tensorflow-folder.js';

/** A TensorFlow that can be tried. */
export interface TensorflowInstallation {
  /** Folder of the package `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`. */
  readonly packageFolder: string;
  /** The native library of the package, which is linked with libtensorflow. */
  readonly addon: string;
  /** Where it was built to compute. */
  readonly device: TensorflowDevice;
}

/** Where TensorFlow computes. */
export type TensorflowDevice = 'cpu' | 'gpu';

/** Name of the package that computes on a device. */
export function packageFor(device: TensorflowDevice): string {
  return device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
}

/** File that ends a setup: without it, the folder is half done. */
export const SETUP_RECORD = 'setup.json';

/**
 * Name of a library beside the addon that silences TensorFlow's log, loaded before it; only `skelmix setup` builds one. With
 * TF_CPP_MIN_LOG_LEVEL below 3 in the process's environment it lets everything through.
 */
export const QUIET_ADDON = 'quiet.node';

/**
 * The installation that computes on a device: from `skelmix setup tensorflow`, else a package that was installed beside skelmix
 * with its own install script; undefined where there is none. Loads nothing.
 */
export function findTensorflow(
  device: TensorflowDevice,
  env: Readonly<Record<string, string | undefined>> = process.env,
): TensorflowInstallation | undefined {
  for (const packageFolder of [inSetupFolder(device, tensorflowFolder(env)), besideSkelmix(device)]) {
    const addon = packageFolder === undefined ? undefined : addonOf(packageFolder);
    if (packageFolder !== undefined && addon !== undefined) return { packageFolder, addon, device };
  }
  return undefined;
}

function inSetupFolder(device: TensorflowDevice, folder: string): string | undefined {
  return existsSync(join(folder, SETUP_RECORD)) ? join(folder, 'node_modules', packageFor(device)) : undefined;
}

function besideSkelmix(device: TensorflowDevice): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageFor(device)}/package.json`));
  } catch {
    return undefined;
  }
}

/** The library lies in a folder named for the version of Node-API that it was built for. */
function addonOf(packageFolder: string): string | undefined {
  const lib = join(packageFolder, 'lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .filter((name) => name.startsWith('napi-v'))
    .map((name) => join(lib, name, 'tfjs_binding.node'))
    .find((path) => existsSync(path));
}
