import { ModelError } from '../../core/errors.js';
import { anyBatched, isBatched, shapeAt, shapesAt } from '../batch-shape.js';
import type { InputShape, NamedArray, Shape } from '../engine.js';
import { liveInputs, type Port, type TracedFunction, type TraceRequest, trace } from './trace.js';
import type { KernelInspector } from './trace-backend.js';
import { NotUnified, type TracedAt, unifyGraphs } from './unify-graphs.js';

/** As `TraceRequest`, where inputs may be batched. */
export type BatchedTraceRequest = Omit<TraceRequest, 'inputs'> & { readonly inputs: Readonly<Record<string, InputShape>> };

/**
 * As `trace`, of a function whose inputs may be batched: it then runs at two sizes, and the two graphs become one for every
 * number of rows. The sizes are primes that divide no axis of the inputs and constants, so that they can be told from those.
 *
 * @throws ModelError as `trace`; KERNEL_UNSUPPORTED where the function depends on the number of rows other than in proportion;
 *   WEIGHTS_SHAPE where an output has not B as its first axis
 */
export function traceBatched(request: BatchedTraceRequest, inspect?: KernelInspector): TracedFunction {
  if (!anyBatched(request.inputs)) return trace(request as TraceRequest, inspect);
  const sizes = batchSizes(request);
  const attempt = (): TracedFunction => unified(request, [sizes.next().value!, sizes.next().value!], inspect);
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof NotUnified)) throw error;
  }
  // Two numbers that were equal by chance may have been taken for one.
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof NotUnified)) throw error;
    throw new ModelError(
      'KERNEL_UNSUPPORTED',
      `${request.name} ${error.message}: it can't be compiled for every number of rows B; give its inputs a fixed size instead`,
      { cause: error, details: { function: request.name } },
    );
  }
}

function unified(
  request: BatchedTraceRequest,
  [small, large]: readonly [number, number],
  inspect: KernelInspector | undefined,
): TracedFunction {
  const at = (batch: number) => ({
    batch,
    ...trace({ ...request, inputs: shapesAt(request.inputs, batch) }, inspect),
  });
  const traces = [at(small), at(large)] as const;
  const outputs = traces[0].outputs.map((port, i) => batchedOutput(request.name, port, traces[1].outputs[i]!, [small, large]));
  const ports = Object.entries(request.inputs).map(([name, shape], i) => ({ name, graphName: `x${i}`, shape }));
  const used = traces[0].inputs.map(({ name }) => name);
  const carrier =
    ports.find(({ name, shape }) => isBatched(shape) && used.includes(name)) ?? ports.find(({ shape }) => isBatched(shape))!;
  const graph = unifyGraphs(traces as unknown as [TracedAt, TracedAt], carrier.graphName);
  const rowBytes = Math.max(0, (traces[1].peakBytes - traces[0].peakBytes) / (large - small));
  return {
    graph,
    outputs,
    inputs: liveInputs(ports, graph),
    rowBytes,
    peakBytes: Math.max(0, traces[0].peakBytes - small * rowBytes),
  };
}

function batchedOutput(name: string, first: Port, second: Port, [small, large]: readonly [number, number]): Port {
  const [a, b] = [first.shape as Shape, second.shape as Shape];
  const batched = ['B', ...a.slice(1)] as const;
  const fits = (shape: Shape, batch: number) => `${shape}` === `${shapeAt(batched as InputShape, batch)}`;
  if (a.length > 0 && fits(a, small) && fits(b, large)) return { ...first, shape: batched as InputShape };
  throw new ModelError(
    'WEIGHTS_SHAPE',
    `${name} has batched inputs, but its output '${first.name}' has the shape [${a}] for ${small} rows and [${b}] for ${large}; ` +
      'expected B as the first axis of every output',
    { details: { function: name, output: first.name } },
  );
}

/** Endless primes from 5 that divide no axis which is declared. */
function* batchSizes({ inputs, constants }: BatchedTraceRequest): Generator<number, never> {
  const shapes = [...Object.values(inputs), ...Object.values<NamedArray>(constants).map(({ shape }) => shape)];
  const dims = new Set(shapes.flatMap((shape) => shape.filter((dim) => typeof dim === 'number' && dim > 0) as number[]));
  for (let size = 5; ; size++) {
    const isPrime = ![2, 3, ...Array.from({ length: size }, (_, i) => i).slice(4)].some((divisor) => size % divisor === 0);
    if (isPrime && ![...dims].some((dim) => dim % size === 0)) yield size;
  }
}
