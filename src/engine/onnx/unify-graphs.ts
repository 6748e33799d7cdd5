import { InternalError } from '../../core/errors.js';
import type { Shape } from '../engine.js';
import type { Dim, GraphType } from './graph-builder.js';
import type { LiveGraph } from './live-graph.js';
import { type NodeProto, ONNX_TYPE, type TensorProto } from './model-proto.js';

/** One function traced with batches of so many rows. */
export interface TracedAt {
  readonly batch: number;
  readonly graph: LiveGraph;
}

/** Thrown where two traces of a function can't be one graph; the message says why, to follow "it". */
export class NotUnified extends Error {}

/** A dimension or bound from its values at two sizes. @throws NotUnified unless it is constant or in proportion to B */
export function dimOf(atFirst: number, atSecond: number, [first, second]: readonly [TracedAt, TracedAt]): Dim {
  if (atFirst === atSecond) return atFirst;
  const timesB = atFirst / first.batch;
  if (Number.isInteger(timesB) && timesB * second.batch === atSecond) return { timesB };
  throw new NotUnified(
    `has a size or bound of ${atFirst} in a batch of ${first.batch} and of ${atSecond} in one of ${second.batch}, which is not in proportion`,
  );
}

/**
 * The graph for every number of rows out of two traces of the same function: what is equal in both stays; whole numbers in
 * proportion to B become `-1` in the target of a reshape, and are computed from the shape of an input elsewhere.
 *
 * @param batchInput graph name of an input whose first axis is B
 * @throws NotUnified where the traces differ in anything else
 */
export function unifyGraphs(traces: readonly [TracedAt, TracedAt], batchInput: string): LiveGraph {
  const [first, second] = traces;
  assertSameNodes(first, second);
  const initializers: TensorProto[] = [];
  const computed = new ComputedBounds(batchInput);
  const reshaping = reshapeTargets(first.graph.nodes);
  const others = new Map(second.graph.initializers.map((tensor) => [tensor.name, tensor]));
  for (const tensor of first.graph.initializers) {
    const other = others.get(tensor.name);
    if (other === undefined) throw new NotUnified('uses other constants in batches of other sizes');
    if (sameTensor(tensor, other)) {
      initializers.push(tensor);
      continue;
    }
    const dims = boundsOf(tensor, other, traces);
    const open = dims.filter((dim) => typeof dim !== 'number').length;
    // With a zero beside it, -1 would be ambiguous.
    if (open === 1 && reshaping.has(tensor.name) && !dims.includes(0)) {
      const values = dims.map((dim) => (typeof dim === 'number' ? dim : -1));
      initializers.push(int64Tensor(tensor.name, values));
    } else computed.add(tensor.name, dims);
  }
  return {
    nodes: [...computed.nodes, ...first.graph.nodes],
    initializers: [...initializers, ...computed.initializers],
    used: new Set([...first.graph.used, ...(computed.nodes.length > 0 ? [batchInput] : [])]),
    types: unifiedTypes(traces),
  };
}

function unifiedTypes(traces: readonly [TracedAt, TracedAt]): Map<string, GraphType> {
  const [first, second] = traces;
  const types = new Map<string, GraphType>();
  for (const { output } of first.graph.nodes) {
    for (const name of output) {
      const known = first.graph.types.get(name);
      const other = second.graph.types.get(name);
      if (known === undefined || other === undefined) continue;
      const shape = known.shape.map((dim, axis) => dimOf(dim as number, other.shape[axis] as number, traces));
      types.set(name, { ...known, shape });
    }
  }
  return types;
}

function assertSameNodes({ graph: a }: TracedAt, { graph: b }: TracedAt): void {
  if (a.nodes.length !== b.nodes.length) throw new NotUnified('does another number of operations in batches of other sizes');
  for (const [i, node] of a.nodes.entries()) {
    const other = b.nodes[i]!;
    if (node.opType !== other.opType) throw new NotUnified(`does a ${node.opType} in one batch and a ${other.opType} in another`);
    if (JSON.stringify(node) !== JSON.stringify(other))
      throw new NotUnified(`does a ${node.opType} otherwise in batches of other sizes`);
  }
}

/** Constants that nothing reads but reshapes, as their targets. */
function reshapeTargets(nodes: readonly NodeProto[]): Set<string> {
  const isTarget = new Map<string, boolean>();
  for (const { opType, input } of nodes) {
    for (const [i, name] of input.entries()) isTarget.set(name, (isTarget.get(name) ?? true) && opType === 'Reshape' && i === 1);
  }
  return new Set([...isTarget].flatMap(([name, only]) => (only ? [name] : [])));
}

function sameTensor(a: TensorProto, b: TensorProto): boolean {
  if (a.dataType !== b.dataType || !sameDims(a.dims, b.dims)) return false;
  if (a.rawData.buffer === b.rawData.buffer && a.rawData.byteOffset === b.rawData.byteOffset) return true;
  return Buffer.compare(a.rawData, b.rawData) === 0;
}

function sameDims(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

function boundsOf(a: TensorProto, b: TensorProto, traces: readonly [TracedAt, TracedAt]): Dim[] {
  if (a.dataType !== ONNX_TYPE.int64 || b.dataType !== ONNX_TYPE.int64 || !sameDims(a.dims, b.dims)) {
    throw new NotUnified(
      'uses a constant that depends on the number of rows (such as the mean over all rows, a range or rows of its own)',
    );
  }
  const bounds = int64Values(b);
  return int64Values(a).map((bound, i) => dimOf(bound, bounds[i]!, traces));
}

function int64Values({ rawData }: TensorProto): number[] {
  const bytes = Uint8Array.from(rawData);
  return Array.from(new BigInt64Array(bytes.buffer), Number);
}

function int64Tensor(name: string, values: readonly number[]): TensorProto {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims: [values.length], dataType: ONNX_TYPE.int64, rawData };
}

/** Nodes and constants that compute lists of whole numbers from B while the graph runs. */
class ComputedBounds {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #parts = new Map<string, string>();

  constructor(readonly batchInput: string) {}

  /** Makes the list available under a name. */
  add(name: string, dims: readonly Dim[]): void {
    if (dims.length === 0) throw new InternalError('an empty list of bounds differs between two traces');
    const parts = dims.map((dim) => this.#part(dim));
    this.nodes.push(nodeOf('Concat', parts, name, [{ name: 'axis', type: 2, i: 0 }]));
  }

  #part(dim: Dim): string {
    const key = typeof dim === 'number' ? `n${dim}` : `b${dim.timesB}`;
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const name = `rows_${key}`;
    this.#parts.set(key, name);
    if (typeof dim === 'number') this.initializers.push(int64Tensor(name, [dim]));
    else if (dim.timesB === 1) {
      const bounds = [
        { name: 'start', type: 2, i: 0 },
        { name: 'end', type: 2, i: 1 },
      ];
      this.nodes.push(nodeOf('Shape', [this.batchInput], name, bounds));
    } else this.nodes.push(nodeOf('Mul', [this.#part({ timesB: 1 }), this.#part(dim.timesB)], name, []));
    return name;
  }
}

function nodeOf(opType: string, input: readonly string[], output: string, attribute: NodeProto['attribute']): NodeProto {
  return { opType, input, output: [output], attribute };
}
