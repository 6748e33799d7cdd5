import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ModelError, messageOf } from '../../core/errors.js';
import { QUIET_ADDON } from '../../engine/index.js';
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

const FRAMEWORK = 'libtensorflow_framework.so.2';

/**
 * libtensorflow_framework writes log lines while it is loaded, before it reads TF_CPP_MIN_LOG_LEVEL. This library, which Node loads
 * before the addon, sets that variable (a worker thread can't from JavaScript) and loads the framework while stderr is closed off,
 * once in a process, for the tenth of a second that this takes.
 */
const QUIET_SOURCE = `#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

NAPI_MODULE_INIT() {
  const char* framework = "${FRAMEWORK}";
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level != nullptr && std::atoi(level) < 3) return exports;
  if (dlopen(framework, RTLD_LAZY | RTLD_NOLOAD) != nullptr) return exports;
  setenv("TF_CPP_MIN_LOG_LEVEL", "3", 1);
  const int kept = dup(STDERR_FILENO);
  const int nowhere = open("/dev/null", O_WRONLY);
  if (kept >= 0 && nowhere >= 0) {
    dup2(nowhere, STDERR_FILENO);
    dlopen(framework, RTLD_LAZY | RTLD_DEEPBIND);
    dup2(kept, STDERR_FILENO);
  }
  if (kept >= 0) close(kept);
  if (nowhere >= 0) close(nowhere);
  return exports;
}
`;

/** Path of the addon in its package. */
export function addonPath(packageFolder: string): string {
  return join(packageFolder, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');
}

/** A library to compile: names of its sources and of the libraries it needs, in the order in which they are searched. */
interface Target {
  readonly output: string;
  readonly sources: readonly string[];
  readonly libraries: readonly string[];
}

/** The two libraries of a package. */
export function addonTargets(packageFolder: string): Target[] {
  const addon = addonPath(packageFolder);
  return [
    { output: join(dirname(addon), QUIET_ADDON), sources: ['quiet.cc'], libraries: [] },
    { output: addon, sources: ['tfjs_backend.cc', 'tfjs_binding.cc'], libraries: ['libtensorflow_cc.so.2', FRAMEWORK] },
  ];
}

/** Arguments of the compiler. A library finds those it needs relative to itself, so the whole folder may be moved. */
export function compilerArguments(
  target: Target,
  { packageFolder, tensorflow, nodeHeaders }: Omit<AddonParts, 'compiler'>,
): string[] {
  const { output, sources, libraries } = target;
  const includes = [packageFolder, dirname(packageFolder), join(tensorflow, 'include'), nodeHeaders];
  return [
    ...['-std=c++17', '-O2', '-shared', '-fPIC', '-w', `-DNAPI_VERSION=${NAPI_VERSION}`],
    ...includes.map((path) => `-I${path}`),
    ...sources.map((name) => join(packageFolder, 'binding', name)),
    ...['-o', output, `-L${tensorflow}`, '-Wl,--no-as-needed', ...libraries.map((name) => `-l:${name}`)],
    `-Wl,-rpath,$ORIGIN/${relative(dirname(output), tensorflow)}`,
  ];
}

/**
 * Builds the native libraries of tfjs-node against the libraries of a TensorFlow wheel, at the place where its package expects them.
 * This does what node-gyp would, without node-gyp's need for Node's own build files.
 *
 * @throws ModelError BACKEND_UNAVAILABLE with the compiler's output
 */
export async function buildAddon(parts: AddonParts, run: RunTool): Promise<void> {
  await mkdir(dirname(addonPath(parts.packageFolder)), { recursive: true });
  await writeFile(join(parts.packageFolder, 'binding', 'quiet.cc'), QUIET_SOURCE);
  try {
    for (const target of addonTargets(parts.packageFolder)) await run(parts.compiler, compilerArguments(target, parts));
  } catch (error) {
    throw new ModelError(
      'BACKEND_UNAVAILABLE',
      `the library between Node and TensorFlow does not compile with ${parts.compiler}; name another compiler in CXX. ${messageOf(error)}`,
      { cause: error },
    );
  }
}
