import { availableParallelism } from 'node:os';
import { ConfigError, ModelError } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import { DEFAULT_MAX_RUN_BYTES, rowsWithin } from '../chunks.js';
import type { Engine } from '../engine.js';
import { engineOf } from '../engine-of.js';
import { readyCuda } from './cuda/ready-cuda.js';
import { findDevice } from './device.js';
import { toFloat16 } from './float16.js';
import { createGraphCache } from './graph-cache.js';
import { loadRuntime } from './load-runtime.js';
import { openSession, type Provider } from './session.js';
import { traceBatched } from './trace-batched.js';

/** Precision of weights and arithmetic. */
export type Precision = 'float32' | 'float16';

/** How the onnx engine runs. */
export interface OnnxEngineOptions {
  /** Where to compute; default: `cpu`. The engine is called `onnx-` and this. */
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
  /** Of weights and arithmetic; inputs and outputs are float32 either way. `float16` is for GPUs. Default: `float32`. */
  readonly precision?: Precision | undefined;
  /** Lets `float16` run on the processor, which has no arithmetic for it and is slower with it: for tests. */
  readonly float16Anywhere?: boolean;
  readonly logger?: Logger;
}

/** onnxruntime sums a batch of one row in another order than the same row among others, which shows in the last bits. */
const MIN_ROWS = 2;

/**
 * The engine that records a function as an ONNX graph and runs the graph in onnxruntime. `run` occupies the thread that calls
 * it until the graph is done: where that must stay responsive, use the engine in a worker.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where onnxruntime's native library can't be loaded, or there is no device for the provider;
 *   ConfigError CONFIG_CONFLICT for `float16` on the processor
 */
export async function createOnnxEngine({
  provider = 'cpu',
  threads = availableParallelism(),
  maxRunBytes = DEFAULT_MAX_RUN_BYTES,
  cacheFolder,
  precision = 'float32',
  float16Anywhere = false,
  logger = silentLogger,
}: OnnxEngineOptions = {}): Promise<Engine> {
  if (precision === 'float16' && provider === 'cpu' && !float16Anywhere) throw noFloat16('onnx-cpu');
  const runtime = await loadRuntime();
  if (provider === 'webgpu') await assertWebgpuDevice();
  if (provider === 'cuda') await readyCuda();
  // What onnxruntime saves of a graph that it gave to WebGPU can't be relied upon to load again.
  const cache =
    cacheFolder === undefined || provider === 'webgpu' ? undefined : createGraphCache({ folder: cacheFolder, logger });
  return engineOf(`onnx-${provider}`, async (request) => {
    const full = traceBatched(request);
    const traced = precision === 'float16' ? { ...full, graph: toFloat16(full) } : full;
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

/** What an engine without float16 answers to whoever wants it. */
export function noFloat16(engine: string): ConfigError {
  return new ConfigError(
    'CONFIG_CONFLICT',
    `engine.precision is float16, which the engine ${engine} does not have: choose an engine on a GPU (onnx-cuda, onnx-webgpu), or float32`,
    { details: { engine } },
  );
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
