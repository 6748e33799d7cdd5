import type { TensorInfo } from '@tensorflow/tfjs';
import { broadcast, type Kernel, type KernelContext, type KernelTable, sameShape } from './kernel.js';

/** What an operation between two tensors needs to be recorded and, on equal-element constants, computed at once. */
interface BinaryOp {
  readonly node: (context: KernelContext, a: string, b: string, dtype: 'float32' | 'int32' | 'bool') => string;
  readonly compute?: (a: number, b: number) => number;
  /** A number that leaves `a` as it is when given as `b`. */
  readonly neutralRight?: number;
  /** A number that leaves `b` as it is when given as `a`. */
  readonly neutralLeft?: number;
}

const plain =
  (opType: string): BinaryOp['node'] =>
  ({ graph }, a, b) =>
    graph.node(opType, [a, b]);

const OPS: Readonly<Record<string, BinaryOp>> = {
  Add: { node: plain('Add'), compute: (a, b) => a + b, neutralRight: 0, neutralLeft: 0 },
  Sub: { node: plain('Sub'), compute: (a, b) => a - b, neutralRight: 0 },
  Multiply: { node: plain('Mul'), compute: (a, b) => a * b, neutralRight: 1, neutralLeft: 1 },
  RealDiv: { node: plain('Div'), compute: (a, b) => a / b, neutralRight: 1 },
  Maximum: { node: plain('Max'), compute: Math.max },
  Minimum: { node: plain('Min'), compute: Math.min },
  Pow: { node: plain('Pow'), compute: Math.pow, neutralRight: 1 },
  SquaredDifference: {
    node: ({ graph }, a, b) => {
      const difference = graph.node('Sub', [a, b]);
      return graph.node('Mul', [difference, difference]);
    },
  },
  FloorDiv: { node: floorDivide },
  Mod: {
    node: (context, a, b, dtype) => {
      const { graph } = context;
      return graph.node('Sub', [a, graph.node('Mul', [floorDivide(context, a, b, dtype), b])]);
    },
  },
};

function floorDivide(context: KernelContext, a: string, b: string, dtype: 'float32' | 'int32' | 'bool'): string {
  const { graph } = context;
  if (dtype === 'float32') return graph.node('Floor', [graph.node('Div', [a, b])]);
  // float64 holds every int32 and its quotient's floor exactly
  const quotient = graph.node('Div', [context.castName(a, 'float64'), context.castName(b, 'float64')]);
  return context.castName(graph.node('Floor', [quotient]), 'int32');
}

const OF_BOOL: Readonly<Record<string, string>> = { Add: 'Or', Multiply: 'And', Maximum: 'Or', Minimum: 'And' };

function binaryKernel(name: string, op: BinaryOp): Kernel {
  return (context, inputs) => {
    const a = inputs.a!;
    const b = inputs.b!;
    const shape = broadcast(a.shape, b.shape);
    const uniformA = context.uniformOf(a);
    const uniformB = context.uniformOf(b);
    if (uniformB !== undefined && uniformB === op.neutralRight && a.dtype !== 'bool') return spread(context, a, shape);
    if (uniformA !== undefined && uniformA === op.neutralLeft && b.dtype !== 'bool') return spread(context, b, shape);
    if (uniformA !== undefined && uniformB !== undefined && op.compute && a.dtype === 'float32') {
      return context.uniform(a.dtype, shape, Math.fround(op.compute(uniformA, uniformB)));
    }
    const left = context.stored(a);
    const right = context.stored(b);
    const stored = broadcast(left.stored, right.stored);
    if (a.dtype === 'bool' && OF_BOOL[name]) {
      return context.tensor(context.graph.node(OF_BOOL[name], [left.name, right.name]), shape, 'bool', stored);
    }
    const output = op.node(context, left.name, right.name, a.dtype as 'float32' | 'int32' | 'bool');
    return context.tensor(output, shape, a.dtype, stored);
  };
}

/** A tensor repeated along missing axes and axes of length one, without copying it. */
export function spread(context: KernelContext, tensor: TensorInfo, shape: readonly number[]): TensorInfo {
  if (sameShape(tensor.shape, shape)) return context.same(tensor);
  const value = context.lookUp(tensor);
  if (value.kind === 'constant' && value.uniform !== undefined) return context.uniform(tensor.dtype, shape, value.uniform);
  const { name, stored } = context.stored(tensor);
  return context.tensor(name, shape, tensor.dtype, stored);
}

const addN: Kernel = (context, inputs) => {
  const [first, ...rest] = Object.values(inputs) as TensorInfo[];
  const sum = rest.reduce((name, tensor) => context.graph.node('Add', [name, context.full(tensor)]), context.full(first!));
  return context.tensor(sum, first!.shape, first!.dtype);
};

/** Arithmetic between tensors, with broadcasting. Multiplying by one, adding zero and the like vanish. */
export const binaryKernels: KernelTable = {
  ...Object.fromEntries(Object.entries(OPS).map(([name, op]) => [name, binaryKernel(name, op)])),
  AddN: addN,
};
