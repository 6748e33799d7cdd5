import type { DataType } from '@tensorflow/tfjs';
import { ONNX_TYPE } from '../model-proto.js';
import { constantOf, tracedType, valuesAs } from '../traced-value.js';
import type { Kernel, KernelTable } from './kernel.js';

const range: Kernel = (context, _, { start, stop, step, dtype }) => {
  const type = tracedType((dtype as DataType) ?? 'float32');
  const length =
    start === stop || (step < 0 && start < stop) || (step > 0 && stop < start) ? 0 : Math.ceil(Math.abs((stop - start) / step));
  const values = valuesAs(
    type,
    Array.from({ length }, (_, i) => start + i * step),
  );
  return context.constant(constantOf(type, [length], values));
};

const linSpace: Kernel = (context, _, { start, stop, num }) => {
  const step = (stop - start) / (num - 1);
  const values = Float32Array.from({ length: num }, (_, i) => (i === 0 ? start : start + i * step));
  return context.constant(constantOf('float32', [num], values));
};

const cast: Kernel = (context, inputs, attributes) => {
  const x = inputs.x!;
  const dtype = tracedType(attributes.dtype as DataType);
  if (x.dtype === dtype) return context.same(x);
  const uniform = context.uniformOf(x);
  if (uniform !== undefined) {
    return context.uniform(
      dtype,
      x.shape,
      dtype === 'bool' ? Number(uniform !== 0) : dtype === 'int32' ? Math.trunc(uniform) : uniform,
    );
  }
  const { name, stored } = context.stored(x);
  return context.tensor(context.graph.node('Cast', [name], { to: ONNX_TYPE[dtype] }), x.shape, dtype, stored);
};

const oneHot: Kernel = (context, inputs, { depth, onValue, offValue, dtype }) => {
  const indices = inputs.indices!;
  const { graph } = context;
  const type = tracedType((dtype as DataType) ?? 'float32');
  const column = graph.node('Reshape', [context.full(indices), graph.int64([...indices.shape, 1])]);
  const classes = graph.constant(
    constantOf(
      'int32',
      [depth],
      Int32Array.from({ length: depth }, (_, i) => i),
    ),
  );
  const hit = graph.node('Equal', [column, classes.name]);
  const shape = [...indices.shape, depth as number];
  if (type === 'bool') return context.tensor(hit, shape, type);
  const name = graph.node('Where', [hit, graph.scalar(type, onValue), graph.scalar(type, offValue)]);
  return context.tensor(name, shape, type);
};

/** Constants, copies and changes of the element type. */
export const constantKernels: KernelTable = {
  Identity: (context, inputs) => context.same(inputs.x!),
  Cast: cast,
  ZerosLike: (context, inputs) => context.uniform(inputs.x!.dtype, inputs.x!.shape, 0),
  OnesLike: (context, inputs) => context.uniform(inputs.x!.dtype, inputs.x!.shape, 1),
  Fill: (context, _, { shape, value, dtype }) => context.uniform((dtype as DataType) ?? 'float32', shape, value),
  Range: range,
  LinSpace: linSpace,
  OneHot: oneHot,
};
