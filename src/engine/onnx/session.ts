import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError, messageOf } from '../../core/errors.js';
import { isBatched, rowSize, shapeAt } from '../batch-shape.js';
import type { InputShape } from '../engine.js';
import type { GraphCache } from './graph-cache.js';
import { graphKey } from './graph-key.js';
import { graphProto } from './graph-proto.js';
import type { TracedFunction } from './trace.js';

/** The part of onnxruntime-node that is used; its module is loaded only when an engine is created. */
export interface OnnxRuntime {
  readonly env: { readonly versions: { readonly common: string; readonly node?: string } };
  readonly InferenceSession: { create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

/** Where onnxruntime computes: on the processor, on a device through WebGPU (Vulkan, Direct3D 12 or Metal), or with CUDA. */
export type Provider = 'cpu' | 'webgpu' | 'cuda';

/** A graph of fewer nodes is optimized as fast as it is read. */
const LEAST_CACHED_NODES = 32;

/** A traced function loaded into onnxruntime. */
export interface Session {
  /**
   * @param feeds one array for each declared input; only those that the graph uses are read
   * @param into arrays that the outputs of these names are written into and returned as
   */
  run(
    feeds: Readonly<Record<string, Float32Array>>,
    into?: Readonly<Record<string, Float32Array>>,
  ): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/** How a graph is loaded. */
export interface SessionOptions {
  readonly provider: Provider;
  /** Threads inside one operation; operations run one after the other. Default: onnxruntime's choice. */
  readonly threads?: number;
  /** Keeps optimized graphs. Default: none. */
  readonly cache?: GraphCache | undefined;
}

/**
 * Loads a traced graph. onnxruntime optimizes it once, here, which takes much of the time of a compilation, unless the cache
 * has it.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where onnxruntime refuses the graph
 */
export async function openSession(
  runtime: OnnxRuntime,
  name: string,
  traced: TracedFunction,
  options: SessionOptions,
): Promise<Session> {
  const session = await loadGraph(runtime, name, traced, options);
  return {
    async run(feeds, into = {}) {
      const tensors: Record<string, Tensor> = {};
      const tensor = (array: Float32Array, shape: InputShape): Tensor =>
        new runtime.Tensor('float32', array, shapeAt(shape, isBatched(shape) ? array.length / rowSize(shape) : 0));
      for (const { name, graphName, shape } of traced.inputs) tensors[graphName] = tensor(feeds[name]!, shape);
      const fetches: Record<string, Tensor | null> = {};
      for (const { name, graphName, shape } of traced.outputs) {
        const array = into[name];
        fetches[graphName] = array === undefined ? null : tensor(array, shape);
      }
      const results = await session.run(tensors, fetches);
      const outputs: Record<string, Float32Array> = {};
      for (const { name, graphName } of traced.outputs) outputs[name] = results[graphName]!.data as Float32Array;
      return outputs;
    },
    release: () => session.release(),
  };
}

async function loadGraph(
  runtime: OnnxRuntime,
  name: string,
  traced: TracedFunction,
  { provider, threads, cache }: SessionOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    // Threads that wait by spinning take the processor from the training loop beside us: on a busy machine they cost a
    // third of the speed.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
  };
  const build = async (more: InferenceSession.SessionOptions = {}): Promise<InferenceSession> => {
    // Loaded where it is needed: not where the cache has the graph.
    const { encodeModel } = await import('./encode-model.js');
    try {
      return await runtime.InferenceSession.create(encodeModel(graphProto(traced)), { ...options, ...more });
    } catch (error) {
      throw new ModelError('BACKEND_UNAVAILABLE', `onnxruntime refused the graph of ${name}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
  if (cache === undefined || traced.graph.nodes.length < LEAST_CACHED_NODES) return build();
  const key = graphKey(traced, { version: runtime.env.versions.node ?? runtime.env.versions.common, provider });
  const cached = await cache.read(key);
  if (cached !== undefined) {
    try {
      return await runtime.InferenceSession.create(cached, { ...options, graphOptimizationLevel: 'disabled' });
    } catch (error) {
      await cache.discard(key, messageOf(error));
    }
  }
  const file = await cache.reserve();
  if (file === undefined) return build();
  try {
    const session = await build({ optimizedModelFilePath: file });
    await cache.adopt(key, file);
    return session;
  } catch (error) {
    await cache.discard(file, messageOf(error));
    // The disk may be full: without a cache the graph may still be good.
    return build();
  }
}
