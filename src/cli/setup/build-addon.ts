import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ModelError, messageOf } from '../../core/errors.js';
import type { RunTool } from './run-tool.js';

/** What an addon is built from. */
export interface AddonParts {
  readonly compiler: string;
  /** Folder of the npm package with the sources. */
  readonly packageFolder: string;
  /** Folder of the wheel: libraries, and headers in `include`. */
  readonly tensorflow: string;
  /** Folder of `node_api.h`. */
  readonly nodeHeaders: string;
}

/** Version of Node-API that the sources use. */
const NAPI_VERSION = 8;

/**
 * TensorFlow writes log lines to stderr until it is told not to. Its environment variable for that can't be set from a worker
 * thread, and recent versions log some lines before they read it.
 */
const QUIET_SOURCE = `#include <cstdlib>
#if __has_include("absl/log/globals.h")
#include "absl/log/globals.h"
__attribute__((constructor)) static void quiet() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level == nullptr || std::atoi(level) >= 3) absl::SetMinLogLevel(absl::LogSeverityAtLeast::kFatal);
}
#else
__attribute__((constructor)) static void quiet() { setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0); }
#endif
`;

/** Path of the addon in its package. */
export function addonPath(packageFolder: string): string {
  return join(packageFolder, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');
}

/** Arguments of the compiler. The addon finds the libraries relative to itself, so the whole folder may be moved. */
export function compilerArguments({ packageFolder, tensorflow, nodeHeaders }: Omit<AddonParts, 'compiler'>): string[] {
  const addon = addonPath(packageFolder);
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc', 'quiet.cc'].map((name) => join(packageFolder, 'binding', name));
  const includes = [packageFolder, dirname(packageFolder), join(tensorflow, 'include'), nodeHeaders];
  return [
    ...['-std=c++17', '-O2', '-shared', '-fPIC', '-w', `-DNAPI_VERSION=${NAPI_VERSION}`],
    ...includes.map((path) => `-I${path}`),
    ...sources,
    ...['-o', addon, `-L${tensorflow}`, '-Wl,--no-as-needed', '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    `-Wl,-rpath,$ORIGIN/${relative(dirname(addon), tensorflow)}`,
  ];
}

/**
 * Builds the native library of tfjs-node against the libraries of a TensorFlow wheel, at the place where its package expects it.
 * This does what node-gyp would, without node-gyp's need for Node's own build files.
 *
 * @throws ModelError BACKEND_UNAVAILABLE with the compiler's output
 */
export async function buildAddon(parts: AddonParts, run: RunTool): Promise<void> {
  await mkdir(dirname(addonPath(parts.packageFolder)), { recursive: true });
  await writeFile(join(parts.packageFolder, 'binding', 'quiet.cc'), QUIET_SOURCE);
  try {
    await run(parts.compiler, compilerArguments(parts));
  } catch (error) {
    throw new ModelError(
      'BACKEND_UNAVAILABLE',
      `the library between Node and TensorFlow does not compile with ${parts.compiler}; name another compiler in CXX. ${messageOf(error)}`,
      { cause: error },
    );
  }
}
