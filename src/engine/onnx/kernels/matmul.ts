import { broadcast, type Kernel, type KernelContext, type KernelTable } from './kernel.js';

/** A matrix, or stack of them, with its last two axes exchanged if asked for. */
function oriented(context: KernelContext, name: string, rank: number, exchanged: boolean): string {
  if (!exchanged) return name;
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return context.graph.node('Transpose', [name], { perm });
}

const batchMatMul: Kernel = (context, inputs, { transposeA, transposeB }) => {
  const a = inputs.a!;
  const b = inputs.b!;
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  const left = oriented(context, context.full(a), a.shape.length, Boolean(transposeA));
  const right = oriented(context, context.full(b), b.shape.length, Boolean(transposeB));
  return context.op('MatMul', [left, right], shape, a.dtype);
};

/** Products of matrices. onnxruntime folds the transposes into its product. */
export const matmulKernels: KernelTable = { BatchMatMul: batchMatMul };
