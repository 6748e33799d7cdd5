import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { dataFolder } from '../../data-folder.js';

/** What `skelmix setup cuda` left. */
export interface CudaInstallation {
  /** All of it. */
  readonly folder: string;
  /** Version of onnxruntime that it was made for; its provider fits no other one. */
  readonly version: string;
  /** Folder with a copy of onnxruntime-node whose library has the CUDA provider beside it. */
  readonly packageFolder: string;
  /** Folder of NVIDIA's libraries, as its wheels lay them out: `*\/lib/lib*.so.*`. */
  readonly libraries: string;
}

/** File that ends a setup: without it, the folder is half done. */
const RECORD = 'setup.json';

/** The platform of the provider, as in paths of onnxruntime-node. */
const PLATFORM_FOLDER = join('bin', 'napi-v6', 'linux', 'x64');

/** Where `skelmix setup cuda` puts the CUDA provider and the engine looks for it. The folder need not exist. */
export function cudaFolder(env?: Readonly<Record<string, string | undefined>>): string {
  return join(dataFolder(env), 'cuda');
}

/** The paths of a setup in a folder. */
export function cudaLayout(folder: string) {
  const packageFolder = join(folder, 'node_modules', 'onnxruntime-node');
  return {
    record: join(folder, RECORD),
    packageFolder,
    /** Where onnxruntime looks for providers: beside its own library. */
    native: join(packageFolder, PLATFORM_FOLDER),
    /** Where pip puts the wheels. */
    wheels: join(folder, 'python'),
    libraries: join(folder, 'python', 'nvidia'),
  };
}

/** The finished setup, of whatever version; undefined where there is none. Loads nothing. */
export function findCuda(env?: Readonly<Record<string, string | undefined>>): CudaInstallation | undefined {
  const folder = cudaFolder(env);
  const { record, packageFolder, native, libraries } = cudaLayout(folder);
  if (!existsSync(record) || !existsSync(join(native, 'libonnxruntime_providers_cuda.so'))) return undefined;
  const { onnxruntime } = JSON.parse(readFileSync(record, 'utf8')) as { onnxruntime: string };
  return { folder, version: onnxruntime, packageFolder, libraries };
}

/** The onnxruntime-node that npm installed, and what it needs to run. */
export interface RuntimePackages {
  readonly version: string;
  readonly runtime: string;
  readonly common: string;
  /** Its folder of native libraries on linux x64, relative to `runtime`. */
  readonly native: string;
}

/** @throws Error of Node where the package is not there */
export function runtimePackages(): RuntimePackages {
  const require = createRequire(import.meta.url);
  const main = require.resolve('onnxruntime-node');
  const runtime = dirname(dirname(main));
  const common = createRequire(main).resolve('onnxruntime-common');
  const { version } = JSON.parse(readFileSync(join(runtime, 'package.json'), 'utf8')) as { version: string };
  return {
    version,
    runtime,
    common: common.slice(0, common.lastIndexOf('onnxruntime-common') + 'onnxruntime-common'.length),
    native: PLATFORM_FOLDER,
  };
}
