import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import { InternalError, ModelError, messageOf, SkelmixError } from '../../core/errors.js';
import type { InputShape, NamedArray, Shape, Tensors } from '../engine.js';
import { tf } from '../tfjs.js';
import { withBackend } from '../with-backend.js';
import { GraphBuilder } from './graph-builder.js';
import { KernelContext } from './kernels/kernel.js';
import { traceBackend } from './kernels/register.js';
import { type LiveGraph, liveGraph } from './live-graph.js';
import { type KernelInspector, TRACE_BACKEND } from './trace-backend.js';
import { constantOf } from './traced-value.js';

/** An input or output of a traced graph. */
export interface Port {
  /** As the function's caller knows it. */
  readonly name: string;
  /** As it is called inside the graph. */
  readonly graphName: string;
  readonly shape: InputShape;
}

/** A function as a graph, with its inputs and outputs in their declared order. */
export interface TracedFunction {
  readonly graph: LiveGraph;
  /** The inputs that some output depends on. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Most bytes that the tensors alive at one time hold where the function runs operation by operation, without those for rows. */
  readonly peakBytes: number;
  /** Bytes that each row of a run adds to them; 0 without batched inputs. */
  readonly rowBytes: number;
}

/** What to trace: the function, the shapes of its float32 inputs, and its constants. */
export interface TraceRequest {
  /** Names the function in errors. */
  readonly name: string;
  readonly fn: (tensors: Tensors) => Tensors;
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly constants: Readonly<Record<string, NamedArray>>;
}

/**
 * Runs a function once on the tracing backend and returns the graph that it describes. Synchronous: no other trace and no
 * other tfjs code can come between. Every traced tensor is disposed before it returns.
 *
 * @param inspect sees every kernel that the function uses; what it throws is treated as if the kernel had thrown it
 * @throws ModelError KERNEL_UNSUPPORTED where the function uses a kernel or a gradient that can't be recorded, reads
 *   elements, or returns anything but a record of tensors; what the function throws itself passes unchanged
 */
export function trace({ name, fn, inputs, constants }: TraceRequest, inspect?: KernelInspector): TracedFunction {
  const backend = traceBackend();
  if (backend.graph !== undefined) {
    throw new ModelError('KERNEL_UNSUPPORTED', `${name} is compiled inside a function that is being compiled; compile it before`);
  }
  const graph = new GraphBuilder();
  backend.graph = graph;
  backend.inspect = inspect;
  backend.startCount();
  try {
    return withBackend(TRACE_BACKEND, () => {
      const context = new KernelContext(backend);
      const inputPorts = Object.entries(inputs).map(([name, shape], i) => ({ name, graphName: `x${i}`, shape: [...shape] }));
      const given: Tensors = {};
      for (const port of inputPorts) given[port.name] = toTensor(context.tensor(port.graphName, port.shape, 'float32'));
      for (const [constant, { shape, data }] of Object.entries(constants)) {
        given[constant] = toTensor(context.constant(constantOf('float32', [...shape], data)));
      }
      const outputs = outputPorts(context, name, call(name, fn, given), new Set(inputPorts.map((port) => port.graphName)));
      const live = liveGraph(
        graph,
        outputs.map((port) => port.graphName),
      );
      return { graph: live, outputs, inputs: liveInputs(inputPorts, live), peakBytes: backend.peakBytes, rowBytes: 0 };
    });
  } finally {
    backend.graph = undefined;
    backend.inspect = undefined;
  }
}

/** The inputs that a graph reads. */
export function liveInputs(ports: readonly Port[], { used }: LiveGraph): Port[] {
  return ports.filter(({ graphName }) => used.has(graphName));
}

function toTensor(info: TensorInfo): Tensor {
  return tf.engine().makeTensorFromDataId(info.dataId, info.shape, info.dtype);
}

/** Outputs are float32; each gets a name of its own, since a graph can't give back an input, a constant or a name twice. */
function outputPorts(context: KernelContext, name: string, result: Tensors, taken: Set<string>): Port[] {
  return Object.entries(result).map(([output, tensor], i) => {
    if (!(tensor instanceof tf.Tensor)) {
      throw new ModelError('KERNEL_UNSUPPORTED', `${name} returned no tensor as '${output}'; expected a record of tensors`);
    }
    const value = context.lookUp(tensor);
    let graphName = context.full(tensor);
    if (tensor.dtype !== 'float32') graphName = context.castName(graphName, 'float32');
    if (taken.has(graphName) || value.kind === 'constant') {
      context.graph.ownNode('Identity', [graphName], `y${i}`);
      graphName = `y${i}`;
    }
    taken.add(graphName);
    return { name: output, graphName, shape: tensor.shape };
  });
}

function call(name: string, fn: TraceRequest['fn'], given: Tensors): Tensors {
  let result: Tensors;
  try {
    result = fn(given);
  } catch (error) {
    throw explainedError(name, error);
  }
  if (typeof result === 'object' && result !== null && !(result instanceof tf.Tensor) && !(result instanceof Promise))
    return result;
  const got =
    (result as object) instanceof tf.Tensor
      ? 'a bare tensor'
      : (result as object) instanceof Promise
        ? 'a promise'
        : typeof result;
  throw new ModelError('KERNEL_UNSUPPORTED', `${name} returned ${got}; expected a record of tensors, without waiting`);
}

const MISSING_KERNEL = /Kernel '(\w+)' not registered for backend/;
const MISSING_GRADIENT = /gradient function not found for (\w+)/;

/**
 * tfjs' own words for a missing kernel or gradient, as ModelError KERNEL_UNSUPPORTED with both names; an error of skelmix with
 * the function's name; any other error as it is.
 */
export function explainedError(name: string, error: unknown): unknown {
  if (error instanceof InternalError) return error;
  if (error instanceof SkelmixError) {
    return new ModelError(error.code, `${name}: ${error.message}`, {
      cause: error,
      details: { function: name, ...error.details },
    });
  }
  const message = messageOf(error);
  const kernel = MISSING_KERNEL.exec(message)?.[1];
  if (kernel !== undefined) {
    return new ModelError(
      'KERNEL_UNSUPPORTED',
      `${name} uses the tfjs kernel ${kernel}, which can't be compiled; see docs/engines.md`,
      {
        cause: error,
        details: { function: name, kernel },
      },
    );
  }
  const gradient = MISSING_GRADIENT.exec(message)?.[1];
  if (gradient === undefined) return error;
  return new ModelError('KERNEL_UNSUPPORTED', `${name} needs the gradient of the tfjs kernel ${gradient}, and tfjs has none`, {
    cause: error,
    details: { function: name, kernel: gradient },
  });
}
