import type { DataType, TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../../tfjs.js';
import type { Attribute } from '../graph-builder.js';
import type { Attributes, Kernel, KernelContext, KernelTable } from './kernel.js';

interface Reduction {
  readonly axes: number[];
  readonly shape: number[];
  readonly keepdims: number;
}

/** tfjs names the axes `axis` in most reductions and `reductionIndices` in Max; none means all. */
function reductionOf(x: TensorInfo, attributes: Attributes): Reduction {
  const axes = tf.util.parseAxisParam(attributes.reductionIndices ?? attributes.axis ?? [...x.shape.keys()], x.shape);
  const keep = Boolean(attributes.keepDims);
  const shape = keep
    ? x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return { axes, shape, keepdims: keep ? 1 : 0 };
}

function reduce(context: KernelContext, opType: string, x: string, { axes, keepdims }: Reduction): string {
  const { graph } = context;
  if (axes.length === 0) return graph.node('Identity', [x]);
  // Of opset 17 only ReduceSum takes its axes as an input.
  const attributes: Record<string, Attribute> = { keepdims };
  if (opType === 'ReduceSum') return graph.node(opType, [x, graph.int64(axes)], attributes);
  return graph.node(opType, [x], { axes, ...attributes });
}

function reduction(opType: string, dtype?: DataType): Kernel {
  return (context, inputs, attributes) => {
    const x = inputs.x!;
    const plan = reductionOf(x, attributes);
    let name = context.full(x);
    if (dtype === 'float32' && x.dtype !== 'float32') name = context.castName(name, 'float32');
    return context.tensor(reduce(context, opType, name, plan), plan.shape, dtype ?? x.dtype);
  };
}

/** All and Any: ONNX reduces numbers only. */
function logicalReduction(opType: string): Kernel {
  return (context, inputs, attributes) => {
    const x = inputs.x!;
    const plan = reductionOf(x, attributes);
    const reduced = reduce(context, opType, context.castName(context.full(x), 'int32'), plan);
    return context.tensor(context.castName(reduced, 'bool'), plan.shape, 'bool');
  };
}

function argReduction(opType: string): Kernel {
  return (context, inputs, attributes) => {
    const x = inputs.x!;
    const [axis] = tf.util.parseAxisParam(attributes.axis as number, x.shape);
    const name = context.graph.node(opType, [context.full(x)], { axis: axis!, keepdims: 0 });
    return context.tensor(
      context.castName(name, 'int32'),
      x.shape.filter((_, index) => index !== axis),
      'int32',
    );
  };
}

/** Reductions over axes, with keepDims. */
export const reduceKernels: KernelTable = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean', 'float32'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: logicalReduction('ReduceMin'),
  Any: logicalReduction('ReduceMax'),
  ArgMax: argReduction('ArgMax'),
  ArgMin: argReduction('ArgMin'),
};
