import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../../core/errors.js';
import { cudaFolder, cudaLayout, runtimePackages } from '../../engine/index.js';
import { cudaWheel, fetchWheel } from './fetch-wheel.js';
import { checkGpu, findPython } from './find-tools.js';
import { proveInChild } from './prove-in-child.js';
import { removeSetup } from './remove-setup.js';
import type { RunTool } from './run-tool.js';

/** What a setup works with. */
export interface CudaSetupOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunTool;
  /** Told each step before it begins. */
  readonly onStep: (text: string) => void;
  /** Platform and architecture; default: those of this machine. */
  readonly platform?: string;
  /** Whether a path is there, asked for the GPU. Default: on this machine. */
  readonly exists?: (path: string) => boolean;
}

/** The provider, and the library through which onnxruntime talks with it. */
const PROVIDER_FILES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/**
 * Installs the CUDA provider for the engine `onnx-cuda` into `cudaFolder(env)` and proves that it computes. onnxruntime looks for its
 * providers only beside its own library; so that nothing is written into node_modules, that library is copied too. A former setup is
 * replaced. Where a step fails, nothing is left.
 *
 * @returns the folder
 * @throws ModelError BACKEND_UNAVAILABLE: what failed and what to do
 */
export async function setupCuda({ env, run, onStep, platform, exists }: CudaSetupOptions): Promise<string> {
  checkCudaPlatform(platform);
  checkGpu('leave it: the engine onnx-cpu needs no setup', exists);
  const python = await findPython("onnxruntime's CUDA provider", env, run);
  const { version, ...packages } = runtimePackages();
  const folder = cudaFolder(env);
  const { wheels, packageFolder, native, record } = cudaLayout(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const wheel = cudaWheel(version, wheels);
    onStep(`fetching ${wheel.spec} with ${python} -m pip (2 GB)`);
    await fetchWheel(python, wheel, run);
    onStep('putting it beside a copy of onnxruntime');
    for (const part of ['dist', 'package.json', packages.native])
      await cp(join(packages.runtime, part), join(packageFolder, part), { recursive: true });
    await cp(packages.common, join(folder, 'node_modules', 'onnxruntime-common'), { recursive: true });
    await placeProvider(join(wheels, 'onnxruntime', 'capi'), native, wheel.spec);
    await keepOnly(wheels, 'nvidia');
    await writeFile(record, `${JSON.stringify({ onnxruntime: version })}\n`);
    onStep('running products on it');
    await proveInChild('onnx-cuda', 'the CUDA provider was installed', run);
    return folder;
  } catch (error) {
    await removeCuda(env);
    throw error;
  }
}

/** Removes what `setupCuda` installed; true where there was something. */
export function removeCuda(env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  return removeSetup(cudaFolder(env));
}

/** @throws ModelError BACKEND_UNAVAILABLE where onnxruntime-node has no CUDA */
function checkCudaPlatform(platform = `${process.platform} ${process.arch}`): void {
  if (platform === 'linux x64') return;
  throw new ModelError(
    'BACKEND_UNAVAILABLE',
    `onnxruntime-node computes with CUDA on linux x64 only, not on ${platform}; the engine onnx-webgpu uses any graphics processor`,
  );
}

async function placeProvider(from: string, to: string, spec: string): Promise<void> {
  for (const file of PROVIDER_FILES) {
    await rename(join(from, file), join(to, file)).catch((cause: unknown) => {
      throw new ModelError('BACKEND_UNAVAILABLE', `the wheel ${spec} holds no ${file}: report it with the versions`, { cause });
    });
  }
}

/** The wheels bring Python code along that nobody needs. */
async function keepOnly(folder: string, name: string): Promise<void> {
  const others = (await readdir(folder)).filter((other) => other !== name);
  await Promise.all(others.map((other) => rm(join(folder, other), { recursive: true })));
}
