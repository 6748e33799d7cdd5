import type { LiveGraph } from './live-graph.js';
import { type NodeProto, ONNX_TYPE, type TensorProto } from './model-proto.js';
import type { Port } from './trace.js';

/** What is rewritten. */
interface FloatGraph {
  readonly graph: LiveGraph;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** Moves and choices of elements: their result has the type of what is moved. The numbers are the inputs that are data. */
const MOVES: Readonly<Record<string, readonly number[] | 'all'>> = {
  Concat: 'all',
  Expand: [0],
  Identity: [0],
  Pad: [0, 2],
  Reshape: [0],
  Slice: [0],
  Tile: [0],
  Transpose: [0],
  Where: [1, 2],
};

/** Arithmetic that is as good in the type of its inputs: the wider one, where they differ. */
const ARITHMETIC: ReadonlySet<string> = new Set([
  'Abs',
  'Add',
  'Clip',
  'Max',
  'Min',
  'Mul',
  'Neg',
  'Relu',
  'Sigmoid',
  'Sub',
  'Tanh',
]);

/**
 * Rewrites a graph so that products of matrices, with their weights, are float16, and what follows them stays so through moves
 * and simple arithmetic; sums, means, exponentials, roots, quotients and all other operations are float32, since they need its
 * range. Inputs and outputs of the graph stay float32. The rule is that of PyTorch's automatic mixed precision.
 */
export function toFloat16({ graph, inputs, outputs }: FloatGraph): LiveGraph {
  const writer = new Float16Writer(graph, inputs);
  for (const node of graph.nodes) writer.add(node);
  for (const { graphName } of outputs) writer.finish(graphName);
  return writer.result(graph);
}

type FloatType = 'float32' | 'float16';

class Float16Writer {
  readonly #nodes: NodeProto[] = [];
  readonly #constants: ReadonlyMap<string, TensorProto>;
  /** Types of float values; other values are absent. */
  readonly #types = new Map<string, FloatType>();
  readonly #casts = new Map<string, string>();
  readonly #initializers = new Map<string, TensorProto>();
  readonly #outputs = new Map<string, string>();

  constructor(graph: LiveGraph, inputs: readonly Port[]) {
    this.#constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
    for (const { graphName } of inputs) this.#types.set(graphName, 'float32');
  }

  add(node: NodeProto): void {
    const data = MOVES[node.opType] ?? 'all';
    const isData = (i: number): boolean => data === 'all' || data.includes(i);
    const type = this.#typeFor(node, isData);
    const input = node.input.map((name, i) => (isData(i) && this.#isFloat(name) ? this.#as(name, type) : this.#plain(name)));
    this.#nodes.push({ ...node, input });
    if (makesFloat(node, (name) => this.#isFloat(name))) for (const name of node.output) this.#types.set(name, type);
  }

  /** Makes an output of the graph float32, under its name. */
  finish(name: string): void {
    if (this.#types.get(name) !== 'float16') return;
    this.#outputs.set(name, `${name}_half`);
    this.#nodes.push(castNode(name, name, 'float32'));
  }

  result(graph: LiveGraph): LiveGraph {
    const renamed = (name: string): string => this.#outputs.get(name) ?? name;
    const nodes = this.#nodes.map((node) => {
      const isFinal = node.opType === 'Cast' && node.output[0] === node.input[0];
      return { ...node, input: node.input.map(renamed), output: isFinal ? node.output : node.output.map(renamed) };
    });
    // onnxruntime infers the types of a graph whose values are of other types than they were traced with.
    return { nodes, initializers: [...this.#initializers.values()], used: graph.used, types: new Map() };
  }

  #typeFor({ opType, input }: NodeProto, isData: (i: number) => boolean): FloatType {
    if (opType === 'MatMul') return 'float16';
    if (MOVES[opType] === undefined && !ARITHMETIC.has(opType)) return 'float32';
    // Constants follow the values that they meet.
    const types = input.flatMap((name, i) => (isData(i) && !this.#constants.has(name) ? [this.#types.get(name)] : []));
    return types.includes('float16') && !types.includes('float32') ? 'float16' : 'float32';
  }

  #isFloat(name: string): boolean {
    return this.#types.has(name) || this.#constants.get(name)?.dataType === ONNX_TYPE.float32;
  }

  #plain(name: string): string {
    const constant = this.#constants.get(name);
    if (constant !== undefined) this.#initializers.set(name, constant);
    return name;
  }

  #as(name: string, type: FloatType): string {
    const constant = this.#constants.get(name);
    if (constant !== undefined) {
      if (type === 'float32') return this.#plain(name);
      const half = `${name}_half`;
      if (!this.#initializers.has(half)) this.#initializers.set(half, halfTensor(constant, half));
      return half;
    }
    if (this.#types.get(name) === type) return name;
    const key = `${name}_as_${type}`;
    if (!this.#casts.has(key)) {
      this.#casts.set(key, key);
      this.#nodes.push(castNode(name, key, type));
    }
    return key;
  }
}

function castNode(input: string, output: string, type: FloatType): NodeProto {
  return { opType: 'Cast', input: [input], output: [output], attribute: [{ name: 'to', type: 2, i: ONNX_TYPE[type] }] };
}

const MAKES_BOOL: ReadonlySet<string> = new Set(
  ['And', 'Equal', 'Greater', 'GreaterOrEqual', 'IsInf', 'IsNaN', 'Less', 'LessOrEqual', 'Not', 'Or'].concat('Xor'),
);
const MAKES_INTEGER: ReadonlySet<string> = new Set(['ArgMax', 'ArgMin', 'Shape']);

function makesFloat({ opType, input, attribute }: NodeProto, isFloat: (name: string) => boolean): boolean {
  if (MAKES_BOOL.has(opType) || MAKES_INTEGER.has(opType)) return false;
  if (opType === 'Cast') return attribute[0]?.i === ONNX_TYPE.float32;
  return input.some((name, i) => isFloat(name) && (opType !== 'Where' || i > 0));
}

function halfTensor({ dims, rawData }: TensorProto, name: string): TensorProto {
  const floats = new Float32Array(Uint8Array.from(rawData).buffer);
  const halves = Uint16Array.from(floats, halfOf);
  return { name, dims, dataType: ONNX_TYPE.float16, rawData: new Uint8Array(halves.buffer) };
}

const SINGLE = new Float32Array(1);
const BITS = new Uint32Array(SINGLE.buffer);

/** The bits of the float16 that is nearest to a number, ties to even (IEEE 754-2019, section 4.3.1); infinity beyond 65504. */
export function halfOf(value: number): number {
  SINGLE[0] = value;
  const bits = BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and more round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 halves are whole multiples of 2^-24.
    SINGLE[0] = Math.abs(value);
    return sign | roundToEven(SINGLE[0]! * 2 ** 24);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
