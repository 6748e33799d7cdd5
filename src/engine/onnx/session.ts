import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError, messageOf } from '../../core/errors.js';
import { encodeModel, ONNX_TYPE, type ValueInfoProto } from './model-proto.js';
import type { Port, TracedFunction } from './trace.js';

/** The part of onnxruntime-node that is used; its module is loaded only when an engine is created. */
export interface OnnxRuntime {
  readonly env: { readonly versions: { readonly common: string; readonly node?: string } };
  readonly InferenceSession: { create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

/** Where onnxruntime computes: on the processor, on a device through WebGPU (Vulkan, Direct3D 12 or Metal), or with CUDA. */
export type Provider = 'cpu' | 'webgpu' | 'cuda';

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

/**
 * Loads a traced graph. onnxruntime optimizes it once, here, which takes most of the time of a compilation.
 *
 * @param options threads are those inside one operation; operations run one after the other; default: onnxruntime's choice
 * @throws ModelError BACKEND_UNAVAILABLE where onnxruntime refuses the graph
 */
export async function openSession(
  runtime: OnnxRuntime,
  name: string,
  traced: TracedFunction,
  { provider, threads }: { readonly provider: Provider; readonly threads?: number },
): Promise<Session> {
  const model = encodeModel({
    name: 'skelmix',
    node: traced.graph.nodes,
    initializer: traced.graph.initializers,
    input: traced.inputs.map(valueInfo),
    output: traced.outputs.map(valueInfo),
  });
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      interOpNumThreads: 1,
      // Threads that wait by spinning take the processor from the training loop beside us: on a busy machine they cost a
      // third of the speed.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new ModelError('BACKEND_UNAVAILABLE', `onnxruntime refused the graph of ${name}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return {
    async run(feeds, into = {}) {
      const tensors: Record<string, Tensor> = {};
      for (const { name, graphName, shape } of traced.inputs)
        tensors[graphName] = new runtime.Tensor('float32', feeds[name]!, shape);
      const fetches: Record<string, Tensor | null> = {};
      for (const { name, graphName, shape } of traced.outputs) {
        const array = into[name];
        fetches[graphName] = array === undefined ? null : new runtime.Tensor('float32', array, shape);
      }
      const results = await session.run(tensors, fetches);
      const outputs: Record<string, Float32Array> = {};
      for (const { name, graphName } of traced.outputs) outputs[name] = results[graphName]!.data as Float32Array;
      return outputs;
    },
    release: () => session.release(),
  };
}

function valueInfo({ graphName, shape }: Port): ValueInfoProto {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name: graphName, type: { tensorType: { elemType: ONNX_TYPE.float32, shape: { dim } } } };
}
