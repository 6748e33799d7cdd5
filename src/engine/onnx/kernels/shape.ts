import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../../tfjs.js';
import { spread } from './binary.js';
import { axisFromFront, type Kernel, type KernelContext, type KernelTable, sameShape } from './kernel.js';

/** The same elements in the same order under another shape. */
function reshaped(context: KernelContext, x: TensorInfo, shape: readonly number[]): TensorInfo {
  if (sameShape(x.shape, shape)) return context.same(x);
  const constant = context.constantOf(x);
  if (constant) return context.constant({ ...constant, shape });
  // Without `allowzero` ONNX reads a zero as "as in the input".
  const attributes: Record<string, number> = shape.includes(0) ? { allowzero: 1 } : {};
  const name = context.full(x);
  // A reshape of a reshape is one of what was reshaped first: onnxruntime sees that only where the shapes are constant.
  const source = context.graph.reshapes.get(name) ?? { name, shape: x.shape };
  if (sameShape(source.shape, shape)) return context.tensor(source.name, shape, x.dtype);
  const result = context.op('Reshape', [source.name, context.graph.int64(shape)], shape, x.dtype, attributes);
  context.graph.reshapes.set(context.full(result), source);
  return result;
}

/** A part of a tensor, from `begin` up to and without `begin + size`. */
function sliced(context: KernelContext, x: TensorInfo, begin: readonly number[], size: readonly number[]): TensorInfo {
  const uniform = context.uniformOf(x);
  if (uniform !== undefined) return context.uniform(x.dtype, size, uniform);
  const axes = x.shape.flatMap((dim, axis) => (begin[axis] === 0 && size[axis] === dim ? [] : [axis]));
  if (axes.length === 0) return context.same(x);
  const { graph } = context;
  const starts = axes.map((axis) => begin[axis]!);
  const ends = axes.map((axis) => begin[axis]! + size[axis]!);
  return context.op('Slice', [x, graph.int64(starts), graph.int64(ends), graph.int64(axes)], size, x.dtype);
}

function concatenated(context: KernelContext, tensors: readonly TensorInfo[], axis: number): TensorInfo {
  const first = tensors[0]!;
  const shape = [...first.shape];
  shape[axis] = tensors.reduce((length, tensor) => length + tensor.shape[axis]!, 0);
  if (tensors.length === 1) return context.same(first);
  return context.op('Concat', tensors, shape, first.dtype, { axis });
}

const transpose: Kernel = (context, inputs, { perm }) => {
  const x = inputs.x!;
  const order = perm as number[];
  const shape = order.map((axis) => x.shape[axis]!);
  const uniform = context.uniformOf(x);
  if (uniform !== undefined) return context.uniform(x.dtype, shape, uniform);
  if (order.every((axis, index) => axis === index)) return context.same(x);
  return context.op('Transpose', [x], shape, x.dtype, { perm: order });
};

const pad: Kernel = (context, inputs, { paddings, constantValue }) => {
  const x = inputs.x!;
  const pairs = paddings as [number, number][];
  const { graph } = context;
  const shape = x.shape.map((dim, axis) => dim + pairs[axis]![0] + pairs[axis]![1]);
  const amounts = graph.int64([...pairs.map((pair) => pair[0]), ...pairs.map((pair) => pair[1])]);
  return context.op('Pad', [x, amounts, context.scalar(x.dtype, constantValue as number)], shape, x.dtype);
};

const split: Kernel = (context, inputs, attributes) => {
  const x = inputs.x!;
  const axis = axisFromFront(attributes.axis as number, x.shape.length);
  // tfjs' helper only reads the shape.
  const sizes = tf.backend_util.prepareSplitSize(x as never, attributes.numOrSizeSplits as number, axis);
  let start = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, index) => (index === axis ? start : 0));
    start += length;
    return sliced(
      context,
      x,
      begin,
      x.shape.map((dim, index) => (index === axis ? length : dim)),
    );
  });
};

const tile: Kernel = (context, inputs, { reps }) => {
  const x = inputs.x!;
  const counts = reps as number[];
  const shape = x.shape.map((dim, axis) => dim * counts[axis]!);
  if (x.shape.every((dim, axis) => dim === 1 || counts[axis] === 1)) return spread(context, x, shape);
  const uniform = context.uniformOf(x);
  if (uniform !== undefined) return context.uniform(x.dtype, shape, uniform);
  return context.op('Tile', [x, context.graph.int64(counts)], shape, x.dtype);
};

const reverse: Kernel = (context, inputs, { dims }) => {
  const x = inputs.x!;
  const axes = tf.util.parseAxisParam(dims as number[], x.shape);
  if (axes.length === 0) return context.same(x);
  const { graph } = context;
  const starts = graph.int64(axes.map(() => -1));
  // One before the first element, counted from the end: further down than any axis is long.
  const ends = graph.int64(axes.map((axis) => -x.shape[axis]! - 1));
  const steps = graph.int64(axes.map(() => -1));
  return context.op('Slice', [x, starts, ends, graph.int64(axes), steps], x.shape, x.dtype);
};

const pack: Kernel = (context, inputs, attributes) => {
  const tensors = Object.values(inputs) as TensorInfo[];
  const rank = tensors[0]!.shape.length + 1;
  const axis = axisFromFront(attributes.axis as number, rank);
  const expanded = tensors.map((tensor) => reshaped(context, tensor, tensor.shape.toSpliced(axis, 0, 1)));
  const packed = concatenated(context, expanded, axis);
  context.drop(...expanded);
  return packed;
};

const unpack: Kernel = (context, inputs, attributes) => {
  const value = inputs.value!;
  const axis = axisFromFront(attributes.axis as number, value.shape.length);
  const size = value.shape.with(axis, 1);
  return Array.from({ length: value.shape[axis]! }, (_, index) => {
    const begin = value.shape.map((_, other) => (other === axis ? index : 0));
    const kept = sliced(context, value, begin, size);
    const part = reshaped(context, kept, value.shape.toSpliced(axis, 1));
    context.drop(kept);
    return part;
  });
};

/** Operations that move elements and compute none. */
export const shapeKernels: KernelTable = {
  Reshape: (context, inputs, { shape }) => {
    const x = inputs.x!;
    return reshaped(context, x, tf.util.inferFromImplicitShape(shape as number[], tf.util.sizeFromShape(x.shape)));
  },
  ExpandDims: (context, inputs, { dim }) => {
    const input = inputs.input!;
    return reshaped(context, input, input.shape.toSpliced(axisFromFront(dim as number, input.shape.length + 1), 0, 1));
  },
  Transpose: transpose,
  Slice: (context, inputs, { begin, size }) => {
    const x = inputs.x!;
    const [from, length] = tf.slice_util.parseSliceParams(x, begin as number[], size as number[]);
    return sliced(context, x, from!, length!);
  },
  SplitV: split,
  Concat: (context, inputs, { axis }) => {
    const tensors = Object.values(inputs) as TensorInfo[];
    return concatenated(context, tensors, axisFromFront(axis as number, tensors[0]!.shape.length));
  },
  Pack: pack,
  Unpack: unpack,
  PadV2: pad,
  Tile: tile,
  Reverse: reverse,
};
