import type { Kernel, KernelTable } from './kernel.js';

function overLastAxis(opType: string): Kernel {
  return (context, inputs) => {
    const logits = inputs.logits!;
    return context.op(opType, [logits], logits.shape, 'float32', { axis: -1 });
  };
}

/** Normalized exponentials; tfjs hands over the last axis only. */
export const softmaxKernels: KernelTable = { Softmax: overLastAxis('Softmax'), LogSoftmax: overLastAxis('LogSoftmax') };
