import { availableParallelism } from 'node:os';
import { ModelError } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import type { Engine } from '../engine.js';
import { engineOf } from '../engine-of.js';
import { readyCuda } from './cuda/ready-cuda.js';
import { findDevice } from './device.js';
import { loadRuntime } from './load-runtime.js';
import { openSession, type Provider } from './session.js';
import { trace } from './trace.js';

/** How the onnx engine runs. */
export interface OnnxEngineOptions {
  /** Where to compute; default: `cpu`. The engine is called `onnx-` and this. */
  readonly provider?: Provider;
  /** Threads inside one operation; default: as many as the machine gives this process. */
  readonly threads?: number;
  readonly logger?: Logger;
}

/**
 * The engine that records a function as an ONNX graph and runs the graph in onnxruntime. `run` occupies the thread that calls
 * it until the graph is done: where that must stay responsive, use the engine in a worker.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where onnxruntime's native library can't be loaded, or there is no device for the provider
 */
export async function createOnnxEngine({
  provider = 'cpu',
  threads = availableParallelism(),
  logger = silentLogger,
}: OnnxEngineOptions = {}): Promise<Engine> {
  const runtime = await loadRuntime();
  if (provider === 'webgpu') await assertWebgpuDevice();
  if (provider === 'cuda') await readyCuda();
  return engineOf(`onnx-${provider}`, async (request) => {
    const traced = trace(request);
    const startedAt = performance.now();
    const session = await openSession(runtime, request.name, traced, { provider, threads });
    logger.debug('compiled a function', {
      function: request.name,
      nodes: traced.graph.nodes.length,
      loadMs: Math.round(performance.now() - startedAt),
    });
    return { ...session, outputs: Object.fromEntries(traced.outputs.map((port) => [port.name, port.shape])) };
  });
}

async function assertWebgpuDevice(): Promise<void> {
  const device = await findDevice('webgpu');
  if (device.usable) return;
  throw new ModelError(
    'BACKEND_UNAVAILABLE',
    `the engine onnx-webgpu finds no device it can compute on: ${device.reason}. It needs a graphics processor with its driver, ` +
      'and on linux the Vulkan loader (package libvulkan1); the engine onnx-cpu computes on the processor',
    { details: { engine: 'onnx-webgpu', reason: device.reason } },
  );
}
