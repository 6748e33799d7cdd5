import type { DataType } from '@tensorflow/tfjs';
import type { Kernel, KernelContext, KernelTable } from './kernel.js';

type Build = (context: KernelContext, x: string, dtype: DataType, attributes: Record<string, number>) => string;

/** Recorded on the stored shape, so that a spread tensor is computed once for each distinct element. */
function unaryKernel(build: Build, dtype?: DataType): Kernel {
  return (context, inputs, attributes) => {
    const x = inputs.x!;
    const { name, stored } = context.stored(x);
    return context.tensor(build(context, name, x.dtype, attributes), x.shape, dtype ?? x.dtype, stored);
  };
}

const node =
  (opType: string): Build =>
  ({ graph }, x) =>
    graph.node(opType, [x]);

/** tfjs kernels that are one ONNX operation of floats. */
const DIRECT: Readonly<Record<string, string>> = {
  Neg: 'Neg',
  Abs: 'Abs',
  Exp: 'Exp',
  Log: 'Log',
  Sqrt: 'Sqrt',
  Reciprocal: 'Reciprocal',
  Sigmoid: 'Sigmoid',
  Tanh: 'Tanh',
  Erf: 'Erf',
  Relu: 'Relu',
  Softplus: 'Softplus',
  Sin: 'Sin',
  Cos: 'Cos',
  Tan: 'Tan',
  Asin: 'Asin',
  Acos: 'Acos',
  Atan: 'Atan',
  Sinh: 'Sinh',
  Cosh: 'Cosh',
  Asinh: 'Asinh',
  Acosh: 'Acosh',
  Atanh: 'Atanh',
  Floor: 'Floor',
  Ceil: 'Ceil',
  Round: 'Round',
  Sign: 'Sign',
};

const COMPOSED: Readonly<Record<string, Build>> = {
  Square: ({ graph }, x) => graph.node('Mul', [x, x]),
  Rsqrt: ({ graph }, x) => graph.node('Reciprocal', [graph.node('Sqrt', [x])]),
  Expm1: ({ graph }, x) => graph.node('Sub', [graph.node('Exp', [x]), graph.scalar('float32', 1)]),
  Log1p: ({ graph }, x) => graph.node('Log', [graph.node('Add', [x, graph.scalar('float32', 1)])]),
  Elu: ({ graph }, x) => graph.node('Elu', [x]),
  Selu: ({ graph }, x) => graph.node('Selu', [x]),
  LeakyRelu: ({ graph }, x, _, { alpha }) => graph.node('LeakyRelu', [x], { alpha: { float: alpha! } }),
  Relu6: ({ graph }, x) => graph.node('Clip', [x, graph.scalar('float32', 0), graph.scalar('float32', 6)]),
  ClipByValue: (context, x, dtype, { clipValueMin, clipValueMax }) =>
    context.graph.node('Clip', [x, context.scalar(dtype, clipValueMin!), context.scalar(dtype, clipValueMax!)]),
  Step: ({ graph }, x, _, { alpha }) => {
    const positive = graph.node('Greater', [x, graph.scalar('float32', 0)]);
    return graph.node('Where', [positive, graph.scalar('float32', 1), graph.scalar('float32', alpha ?? 0)]);
  },
};

const TESTS: Readonly<Record<string, Build>> = {
  LogicalNot: node('Not'),
  IsNan: node('IsNaN'),
  IsInf: node('IsInf'),
  IsFinite: ({ graph }, x) => graph.node('Not', [graph.node('Or', [graph.node('IsNaN', [x]), graph.node('IsInf', [x])])]),
};

/** The gradient of elu from its result, where tfjs has a kernel of its own. */
const eluGrad: Kernel = (context, inputs) => {
  const { graph } = context;
  const dy = context.full(inputs.dy!);
  const y = context.full(inputs.y!);
  const positive = graph.node('GreaterOrEqual', [y, graph.scalar('float32', 0)]);
  const falling = graph.node('Mul', [dy, graph.node('Add', [y, graph.scalar('float32', 1)])]);
  return context.op('Where', [positive, dy, falling], inputs.y!.shape, 'float32');
};

/** Element by element operations on one tensor. */
export const unaryKernels: KernelTable = {
  ...Object.fromEntries(Object.entries(DIRECT).map(([name, opType]) => [name, unaryKernel(node(opType))])),
  ...Object.fromEntries(Object.entries(COMPOSED).map(([name, build]) => [name, unaryKernel(build)])),
  ...Object.fromEntries(Object.entries(TESTS).map(([name, build]) => [name, unaryKernel(build, 'bool')])),
  EluGrad: eluGrad,
};
