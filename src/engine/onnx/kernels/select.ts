import { tf } from '../../tfjs.js';
import { broadcast, type Kernel, type KernelContext, type KernelTable } from './kernel.js';

function comparison(build: (context: KernelContext, a: string, b: string) => string): Kernel {
  return (context, inputs) => {
    const a = inputs.a!;
    const b = inputs.b!;
    let left = context.stored(a);
    let right = context.stored(b);
    if (a.dtype === 'bool') {
      left = { ...left, name: context.castName(left.name, 'int32') };
      right = { ...right, name: context.castName(right.name, 'int32') };
    }
    const stored = broadcast(left.stored, right.stored);
    return context.tensor(build(context, left.name, right.name), broadcast(a.shape, b.shape), 'bool', stored);
  };
}

function logical(opType: string): Kernel {
  return (context, inputs) => {
    const a = inputs.a!;
    const b = inputs.b!;
    const left = context.stored(a);
    const right = context.stored(b);
    const name = context.graph.node(opType, [left.name, right.name]);
    return context.tensor(name, broadcast(a.shape, b.shape), 'bool', broadcast(left.stored, right.stored));
  };
}

const compare = (opType: string): Kernel => comparison(({ graph }, a, b) => graph.node(opType, [a, b]));

const select: Kernel = (context, inputs) => {
  const condition = inputs.condition!;
  const t = inputs.t!;
  const e = inputs.e!;
  const shape = t.shape;
  const chosen = context.stored(condition);
  const yes = context.stored(t);
  const no = context.stored(e);
  const stored = broadcast(broadcast(chosen.stored, yes.stored), no.stored);
  const dtype = tf.upcastType(t.dtype, e.dtype);
  if (dtype !== 'bool')
    return context.tensor(context.graph.node('Where', [chosen.name, yes.name, no.name]), shape, dtype, stored);
  const asNumber = context.graph.node('Where', [
    chosen.name,
    context.castName(yes.name, 'int32'),
    context.castName(no.name, 'int32'),
  ]);
  return context.tensor(context.castName(asNumber, 'bool'), shape, dtype, stored);
};

/** Comparisons, logic and choice between tensors. */
export const selectKernels: KernelTable = {
  Equal: compare('Equal'),
  NotEqual: comparison(({ graph }, a, b) => graph.node('Not', [graph.node('Equal', [a, b])])),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  LogicalAnd: logical('And'),
  LogicalOr: logical('Or'),
  Select: select,
};
