import { tf } from '../../tfjs.js';
import { TRACE_BACKEND, TraceBackend } from '../trace-backend.js';
import { binaryKernels } from './binary.js';
import { constantKernels } from './constants.js';
import { KernelContext, type KernelTable } from './kernel.js';
import { matmulKernels } from './matmul.js';
import { reduceKernels } from './reduce.js';
import { selectKernels } from './select.js';
import { shapeKernels } from './shape.js';
import { softmaxKernels } from './softmax.js';
import { unaryKernels } from './unary.js';

/** Every kernel that can be traced, by its tfjs name. */
export const TRACED_KERNELS: KernelTable = {
  ...binaryKernels,
  ...constantKernels,
  ...matmulKernels,
  ...reduceKernels,
  ...selectKernels,
  ...shapeKernels,
  ...softmaxKernels,
  ...unaryKernels,
};

/** Kernels whose result has the elements of its input `x`, so that eager backends do not copy them. */
const SHARING_KERNELS: ReadonlySet<string> = new Set(['ExpandDims', 'Identity', 'Reshape']);

/** The one tracing backend of this process, registered in tfjs with its kernels at the first call. */
export function traceBackend(): TraceBackend {
  const known = tf.findBackend(TRACE_BACKEND);
  if (known) return known as TraceBackend;
  // Priority 0 is below every real backend: tfjs never picks it on its own.
  tf.registerBackend(TRACE_BACKEND, () => new TraceBackend(), 0);
  for (const [kernelName, kernel] of Object.entries(TRACED_KERNELS)) {
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const tracing = backend as TraceBackend;
        tracing.inspect?.(kernelName, inputs);
        const result = kernel(new KernelContext(tracing), inputs, attrs ?? {});
        if (SHARING_KERNELS.has(kernelName) && !Array.isArray(result)) {
          tracing.share(result, (inputs.x ?? inputs.input)!);
        }
        return result;
      },
    });
  }
  return tf.findBackend(TRACE_BACKEND) as TraceBackend;
}
