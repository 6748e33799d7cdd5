import type { DataType, KernelConfig, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { InternalError, ModelError } from '../../core/errors.js';
import { tf } from '../tfjs.js';

/**
 * Puts right what the kernels of tfjs' WebAssembly backend 4.22 get wrong about types, on a copy of that backend. They were
 * written for float32; most treat any other tensor as 32-bit numbers, which for booleans (one byte each) writes past the end
 * of the result. Here, kernels that can't take booleans refuse them with ModelError KERNEL_UNSUPPORTED, and those of the
 * operations that every engine supports compute what `cpu` does. `Identity` shares memory instead of copying it.
 *
 * @param backendName a backend that has the package's kernels, none of them corrected yet
 */
export function correctKernels(backendName: string): void {
  for (const { kernelName } of tf.getKernelsForBackend(backendName)) {
    replace(backendName, kernelName, refusingBooleans);
  }
  replace(backendName, 'Cast', correctCast);
  replace(backendName, 'Select', correctSelect);
  replace(backendName, 'Identity', sharingIdentity);
  replace(backendName, 'Mean', throughFloat32('bool', 'float32'));
  replace(backendName, 'Reverse', throughFloat32('bool'));
  replace(backendName, 'ClipByValue', throughFloat32('int32'));
  replace(backendName, 'BatchMatMul', throughFloat32('int32'));
}

/** Kernels that are right about booleans, or are made so here. */
export const TAKES_BOOLEANS: ReadonlySet<string> = new Set([
  ...['All', 'Any', 'Cast', 'Concat', 'Equal', 'ExpandDims', 'Greater', 'GreaterEqual', 'Identity', 'Less', 'LessEqual'],
  ...[
    'LogicalAnd',
    'LogicalNot',
    'LogicalOr',
    'LogicalXor',
    'Mean',
    'NotEqual',
    'OnesLike',
    'Pack',
    'PadV2',
    'Reshape',
    'Reverse',
  ],
  ...['Select', 'Slice', 'SplitV', 'Tile', 'Transpose', 'Unpack', 'ZerosLike'],
]);

type KernelFunction = KernelConfig['kernelFunc'];
type Correction = (original: KernelFunction, kernelName: string, backendName: string) => KernelFunction;

function replace(backendName: string, kernelName: string, correct: Correction): void {
  const kernel = tf.getKernel(kernelName, backendName);
  if (!kernel) throw new InternalError(`tfjs' WebAssembly backend has no kernel ${kernelName}`);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...kernel, kernelFunc: correct(kernel.kernelFunc, kernelName, backendName) });
}

/**
 * @param inputs of a kernel that is about to run
 * @throws ModelError KERNEL_UNSUPPORTED where one is boolean and the kernel can't take that
 */
export function refuseBooleans(kernelName: string, inputs: NamedTensorInfoMap): void {
  if (TAKES_BOOLEANS.has(kernelName)) return;
  if (!Object.values(inputs).some((input) => input?.dtype === 'bool')) return;
  throw new ModelError(
    'KERNEL_UNSUPPORTED',
    `the engine wasm has no ${kernelName} of booleans: cast them to float32 before, or use the engine onnx-cpu`,
    { details: { engine: 'wasm', kernel: kernelName } },
  );
}

const refusingBooleans: Correction = (original, kernelName) => (call) => {
  refuseBooleans(kernelName, call.inputs);
  return original(call);
};

/** The package's cast keeps the lowest byte of a number: -1 becomes 255, 0.5 becomes 0. */
const correctCast: Correction = (original) => (call) => {
  const x = call.inputs.x!;
  if (call.attrs?.dtype !== 'bool' || x.dtype === 'bool') return original(call);
  const backend = call.backend as BackendWasm;
  // The result comes first: making it may move the memory that the views look at.
  const result = backend.makeOutput(x.shape, 'bool');
  const to = backend.typedArrayFromHeap(result);
  backend.typedArrayFromHeap(x).forEach((value, i) => {
    to[i] = value === 0 ? 0 : 1;
  });
  return result;
};

const correctSelect: Correction = (original) => (call) => {
  const { condition, t, e } = call.inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo };
  // tfjs broadcasts the three to one shape before.
  if (t.dtype !== 'bool' || condition.shape.length !== t.shape.length) return original(call);
  const backend = call.backend as BackendWasm;
  const result = backend.makeOutput(t.shape, 'bool');
  const to = backend.typedArrayFromHeap(result);
  const [chosen, others] = [backend.typedArrayFromHeap(t), backend.typedArrayFromHeap(e)];
  backend.typedArrayFromHeap(condition).forEach((value, i) => {
    to[i] = (value ? chosen : others)[i]!;
  });
  return result;
};

/** The package's copies every element; the gradient tape asks for one of each tensor that it keeps. */
const sharingIdentity: Correction = () => (call) => {
  const { dataId, shape, dtype } = call.inputs.x!;
  (call.backend as BackendWasm).incRef(dataId);
  return { dataId, shape, dtype };
};

/** Where every input has the type, computes in float32 and casts the result: exact for whole numbers up to 2^24. */
function throughFloat32(dtype: DataType, resultDtype = dtype): Correction {
  return (original, _, backendName) => (call) => {
    const entries = Object.entries(call.inputs) as [string, TensorInfo][];
    if (!entries.every(([, tensor]) => tensor.dtype === dtype)) return original(call);
    const backend = call.backend as BackendWasm;
    const cast = (x: TensorInfo, to: DataType) =>
      tf.getKernel('Cast', backendName)!.kernelFunc({ backend, inputs: { x }, attrs: { dtype: to } }) as TensorInfo;
    const inputs = Object.fromEntries(entries.map(([name, tensor]) => [name, cast(tensor, 'float32')]));
    const computed = original({ ...call, inputs }) as TensorInfo;
    const result = cast(computed, resultDtype);
    for (const temporary of [...Object.values(inputs), computed]) backend.disposeData(temporary.dataId);
    return result;
  };
}
