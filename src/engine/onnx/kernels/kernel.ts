import type { DataType, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs';
import { InternalError } from '../../../core/errors.js';
import type { Shape } from '../../engine.js';
import { tf } from '../../tfjs.js';
import type { Attribute, GraphBuilder } from '../graph-builder.js';
import { ONNX_TYPE } from '../model-proto.js';
import type { TraceBackend } from '../trace-backend.js';
import { type ConstantValue, type TracedValue, tracedType, uniformConstant } from '../traced-value.js';

/** The attributes that tfjs hands to a kernel, untyped by nature. */
// biome-ignore lint/suspicious/noExplicitAny: each kernel has attributes of its own
export type Attributes = Record<string, any>;

/**
 * Traces one tfjs kernel: gets the inputs and attributes as tfjs gives them, records nodes through the context and returns
 * new tensors.
 */
export type Kernel = (context: KernelContext, inputs: NamedTensorInfoMap, attributes: Attributes) => TensorInfo | TensorInfo[];

/** Kernels of one family, by their tfjs names. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** A name inside the graph with the shape that it has there. */
export interface Stored {
  readonly name: string;
  readonly stored: Shape;
}

/** True where two shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** The shape that two shapes broadcast to (NumPy's rule). */
export function broadcast(a: Shape, b: Shape): number[] {
  return tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b]);
}

/** What kernels build with: values of tensors, nodes, and new tensors. */
export class KernelContext {
  readonly graph: GraphBuilder;
  readonly #backend: TraceBackend;

  constructor(backend: TraceBackend) {
    if (backend.graph === undefined) {
      throw new InternalError('a tfjs operation ran on the tracing backend while no function was being compiled');
    }
    this.graph = backend.graph;
    this.#backend = backend;
  }

  lookUp(tensor: TensorInfo): TracedValue {
    return this.#backend.lookUp(tensor);
  }

  /** The constant behind a tensor, if it is one. */
  constantOf(tensor: TensorInfo): ConstantValue | undefined {
    const value = this.lookUp(tensor);
    return value.kind === 'constant' ? value : undefined;
  }

  /** The one number that all elements of a constant tensor have, if so. */
  uniformOf(tensor: TensorInfo): number | undefined {
    return this.constantOf(tensor)?.uniform;
  }

  /** A tensor's place in the graph, perhaps smaller than the tensor: for operations that broadcast. */
  stored(tensor: TensorInfo): Stored {
    const value = this.lookUp(tensor);
    return value.kind === 'graph' ? value : this.graph.constant(value);
  }

  /** The name of a tensor with all its elements. */
  full(tensor: TensorInfo): string {
    const { name, stored } = this.stored(tensor);
    if (sameShape(stored, tensor.shape)) return name;
    return this.graph.node('Expand', [name, this.graph.int64(tensor.shape)]);
  }

  /** Gives up tensors that a kernel made on its way and hands to nobody: tfjs only knows of what a kernel returns. */
  drop(...tensors: readonly TensorInfo[]): void {
    for (const { dataId } of tensors) this.#backend.disposeData(dataId);
  }

  /** A new tensor over a constant. */
  constant(value: ConstantValue): TensorInfo {
    return this.#backend.put(value);
  }

  /** A new tensor with equal elements. */
  uniform(dtype: DataType, shape: Shape, value: number): TensorInfo {
    return this.#backend.put(uniformConstant(tracedType(dtype), shape, value));
  }

  /** A new tensor over a name in the graph. */
  tensor(name: string, shape: Shape, dtype: DataType, stored: Shape = shape): TensorInfo {
    const type = tracedType(dtype);
    this.graph.types.set(name, { type, shape: stored });
    return this.#backend.put({ kind: 'graph', name, shape, stored, dtype: type });
  }

  /** A new tensor with the value of another one: tfjs would count a gradient twice if it got the same object back. */
  same(tensor: TensorInfo): TensorInfo {
    return this.#backend.put(this.lookUp(tensor));
  }

  /** Records a node over whole tensors and returns a tensor of its output. */
  op(
    opType: string,
    inputs: readonly (TensorInfo | string)[],
    shape: Shape,
    dtype: DataType,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): TensorInfo {
    const names = inputs.map((input) => (typeof input === 'string' ? input : this.full(input)));
    return this.tensor(this.graph.node(opType, names, attributes), shape, dtype);
  }

  /** The name of a value cast to another type. */
  castName(name: string, to: keyof typeof ONNX_TYPE): string {
    return this.graph.node('Cast', [name], { to: ONNX_TYPE[to] });
  }

  /** A number as a scalar of a tensor's type. */
  scalar(dtype: DataType, value: number): string {
    return this.graph.scalar(tracedType(dtype), value);
  }
}

/** An axis counted from the end where negative, as one from the front. */
export function axisFromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
