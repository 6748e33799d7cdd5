import { availableParallelism } from 'node:os';
import { ModelError, messageOf } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import { DEFAULT_MAX_RUN_BYTES, rowsWithin } from '../chunks.js';
import type { Engine } from '../engine.js';
import { engineOf } from '../engine-of.js';
import { disableTelemetry } from './disable-telemetry.js';
import { createGraphCache } from './graph-cache.js';
import { type OnnxRuntime, openSession, type Provider } from './session.js';
import { traceBatched } from './trace-batched.js';
import { findWebgpuDevice } from './webgpu-device.js';

/** How the onnx engine runs. */
export interface OnnxEngineOptions {
  /** Where to compute; default: `cpu`. With `webgpu` the engine is called `onnx-webgpu`. */
  readonly provider?: Provider;
  /** Threads inside one operation; default: as many as the machine gives this process. */
  readonly threads?: number;
  /**
   * Bytes that the tensors of one run may hold, counted as if each operation were computed by itself; larger batches are cut into
   * chunks. Default: 1 GiB.
   */
  readonly maxRunBytes?: number;
  /**
   * Folder where optimized graphs are kept for later processes (see `graphCacheFolder`); those of `webgpu` are not. Default: none,
   * so that a library writes nothing that nobody asked for.
   */
  readonly cacheFolder?: string | undefined;
  readonly logger?: Logger;
}

/** onnxruntime sums a batch of one row in another order than the same row among others, which shows in the last bits. */
const MIN_ROWS = 2;

/**
 * The engine that records a function as an ONNX graph and runs the graph in onnxruntime. `run` occupies the thread that calls
 * it until the graph is done: where that must stay responsive, use the engine in a worker.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where onnxruntime's native library can't be loaded, or there is no device for `webgpu`
 */
export async function createOnnxEngine({
  provider = 'cpu',
  threads = availableParallelism(),
  maxRunBytes = DEFAULT_MAX_RUN_BYTES,
  cacheFolder,
  logger = silentLogger,
}: OnnxEngineOptions = {}): Promise<Engine> {
  const runtime = await loadRuntime();
  if (provider === 'webgpu') await assertWebgpuDevice();
  // What onnxruntime saves of a graph that it gave to WebGPU can't be relied upon to load again.
  const cache =
    cacheFolder === undefined || provider === 'webgpu' ? undefined : createGraphCache({ folder: cacheFolder, logger });
  return engineOf(provider === 'cpu' ? 'onnx' : `onnx-${provider}`, async (request) => {
    const traced = traceBatched(request);
    const startedAt = performance.now();
    const session = await openSession(runtime, request.name, traced, { provider, threads, cache });
    logger.debug('compiled a function', {
      function: request.name,
      nodes: traced.graph.nodes.length,
      loadMs: Math.round(performance.now() - startedAt),
    });
    return {
      ...session,
      outputs: Object.fromEntries(traced.outputs.map((port) => [port.name, port.shape])),
      maxRows: rowsWithin(maxRunBytes, traced),
      minRows: MIN_ROWS,
    };
  });
}

/**
 * Version of the onnxruntime library.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where it can't be loaded
 */
export async function onnxruntimeVersion(): Promise<string> {
  const { env } = await loadRuntime();
  return env.versions.node ?? env.versions.common;
}

async function assertWebgpuDevice(): Promise<void> {
  const device = await findWebgpuDevice();
  if (device.usable) return;
  throw new ModelError(
    'BACKEND_UNAVAILABLE',
    `the engine onnx-webgpu finds no device it can compute on: ${device.reason}. It needs a graphics processor with its driver, ` +
      'and on linux the Vulkan loader (package libvulkan1); the engine onnx computes on the processor',
    { details: { engine: 'onnx-webgpu', reason: device.reason } },
  );
}

async function loadRuntime(): Promise<OnnxRuntime> {
  disableTelemetry();
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new ModelError(
      'BACKEND_UNAVAILABLE',
      `the engine onnx can't load onnxruntime-node: ${messageOf(error)}. ` +
        'Reinstall it with `npm install onnxruntime-node`; its CPU library is inside the package for linux, Windows and macOS',
      { cause: error, details: { engine: 'onnx', reason: messageOf(error) } },
    );
  }
}
