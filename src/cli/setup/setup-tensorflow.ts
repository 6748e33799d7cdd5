import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFor, SETUP_RECORD, type TensorflowDevice, tensorflowFolder, tf } from '../../engine/index.js';
import { buildAddon } from './build-addon.js';
import { fetchPackages, packagesFor, shareTfjs } from './fetch-packages.js';
import { fetchWheel, tensorflowWheel, wheelFor } from './fetch-wheel.js';
import { checkGpu, checkPlatform, findCompiler, findPython, nodeHeaders } from './find-tools.js';
import { proveInChild } from './prove-in-child.js';
import { removeSetup } from './remove-setup.js';
import type { RunTool } from './run-tool.js';

/** What a setup works with. */
export interface SetupOptions {
  readonly device: TensorflowDevice;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunTool;
  /** Told each step before it begins. */
  readonly onStep: (text: string) => void;
  /** Default: this one. */
  readonly platform?: string;
  /** Whether a path is there, asked for the GPU. Default: on this machine. */
  readonly exists?: (path: string) => boolean;
}

/**
 * Installs TensorFlow for the engines `tensorflow` or `tensorflow-gpu` into `tensorflowFolder(env)` and proves that it computes. A
 * former setup, of either kind, is replaced. Where a step fails, nothing is left.
 *
 * @returns the folder
 * @throws ModelError BACKEND_UNAVAILABLE: what failed and what to do
 */
export async function setupTensorflow({ device, env, run, onStep, platform, exists }: SetupOptions): Promise<string> {
  checkPlatform(platform);
  if (device === 'gpu') checkGpu('set up TensorFlow for the processor, without --gpu', exists);
  const python = await findPython('TensorFlow', env, run);
  const compiler = await findCompiler(env, run);
  const folder = tensorflowFolder(env);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    onStep(`fetching ${wheelFor(device)} with ${python} -m pip (${device === 'gpu' ? 'some gigabytes' : '270 MB'})`);
    await fetchWheel(python, tensorflowWheel(device, join(folder, 'python')), run);
    onStep(`fetching ${packageFor(device)} with npm`);
    await fetchPackages(folder, packagesFor(device, tf.version_core), run);
    await shareTfjs(folder);
    onStep(`linking Node with TensorFlow (${compiler})`);
    const parts = {
      compiler,
      packageFolder: join(folder, 'node_modules', packageFor(device)),
      tensorflow: join(folder, 'python', 'tensorflow'),
      nodeHeaders: nodeHeaders() ?? (await fetchNodeHeaders(folder, run)),
    };
    await buildAddon(parts, run);
    await writeFile(join(folder, SETUP_RECORD), `${JSON.stringify({ device, tfjs: tf.version_core })}\n`);
    onStep('running a small product on it');
    await proveInChild(`tensorflow-${device}`, 'TensorFlow was installed', run);
    return folder;
  } catch (error) {
    await removeTensorflow(env);
    throw error;
  }
}

/** Removes what `setupTensorflow` installed; true where there was something. */
export function removeTensorflow(env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  return removeSetup(tensorflowFolder(env));
}

async function fetchNodeHeaders(folder: string, run: RunTool): Promise<string> {
  await fetchPackages(folder, { 'node-api-headers': '^1.0.0' }, run);
  return join(folder, 'node_modules', 'node-api-headers', 'include');
}
