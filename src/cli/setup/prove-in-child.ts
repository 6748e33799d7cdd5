import { fileURLToPath } from 'node:url';
import { ModelError, messageOf } from '../../core/errors.js';
import { workerUrl } from '../../core/worker-url.js';
import type { EngineName } from '../../engine/index.js';
import type { RunTool } from './run-tool.js';

/**
 * Lets another process create an engine and run a small product on it.
 *
 * @param did what was done before, for the message
 * @throws ModelError BACKEND_UNAVAILABLE where it does not compute
 */
export async function proveInChild(engine: EngineName, did: string, run: RunTool): Promise<void> {
  try {
    await run(process.execPath, [fileURLToPath(workerUrl(import.meta.url, './prove-engine.js')), engine]);
  } catch (error) {
    throw new ModelError(
      'BACKEND_UNAVAILABLE',
      `${did} but does not compute here, and was removed again; the engine onnx-cpu needs no setup. ${messageOf(error)}`,
      { cause: error },
    );
  }
}
