import type { Kernel, KernelTable } from './kernel.js';

/** tfjs hands over the last axis only; its logSoftmax is made of other kernels. */
const softmax: Kernel = (context, inputs) => {
  const logits = inputs.logits!;
  return context.op('Softmax', [logits], logits.shape, 'float32', { axis: -1 });
};

/** Normalized exponentials. */
export const softmaxKernels: KernelTable = { Softmax: softmax };
