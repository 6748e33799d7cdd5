import type { Shape } from '../engine.js';
import {
  ATTRIBUTE_TYPE,
  type AttributeProto,
  type NodeProto,
  ONNX_TYPE,
  type OnnxType,
  type TensorProto,
} from './model-proto.js';
import type { ConstantValue } from './traced-value.js';

/** An attribute of a node: whole numbers and lists of them, text, or a float said to be one. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** A number that is the same in every run, or else so many times the rows B of a run. */
export type Dim = number | { readonly timesB: number };

/** Element type and shape of a value inside the graph. */
export interface GraphType {
  readonly type: OnnxType;
  readonly shape: readonly Dim[];
}

/** Constants up to this many bytes are compared by content, larger ones by identity. */
const CONTENT_KEY_BYTES = 256;

/**
 * Collects the nodes and initializers of one ONNX graph. Equal nodes and equal constants are recorded once. Names are short
 * and in the order of recording, so that tracing a function twice gives the same bytes.
 */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initializers = new Map<string, TensorProto>();
  /** What is known of the outputs of nodes, by name. */
  readonly types = new Map<string, GraphType>();
  /** What was reshaped into the values of these names. */
  readonly reshapes = new Map<string, { readonly name: string; readonly shape: Shape }>();
  readonly #namesByContent = new Map<string, string>();
  readonly #namesByNode = new Map<string, string>();
  readonly #idsByArray = new Map<object, number>();

  /** Records a node with one output and returns the output's name. Whole numbers become int attributes. */
  node(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, domain = ''): string {
    const key = JSON.stringify([domain, opType, inputs, attributes]);
    const known = this.#namesByNode.get(key);
    if (known !== undefined) return known;
    const name = `v${this.nodes.length}`;
    this.nodes.push({
      opType,
      ...(domain === '' ? {} : { domain }),
      input: [...inputs],
      output: [name],
      attribute: Object.entries(attributes).map(([key, value]) => toAttribute(key, value)),
    });
    this.#namesByNode.set(key, name);
    return name;
  }

  /** A node whose output is never shared, for graph outputs. */
  ownNode(opType: string, inputs: readonly string[], output: string): void {
    this.nodes.push({ opType, input: [...inputs], output: [output], attribute: [] });
  }

  /** The name of a one-dimensional int64 constant: shapes, axes, bounds. */
  int64(values: readonly number[]): string {
    const bytes = bytesOf(BigInt64Array.from(values, BigInt));
    return this.#initializer('int64', [values.length], bytes, contentKey(bytes));
  }

  /** The name of a scalar constant. */
  scalar(type: 'float32' | 'int32' | 'bool', value: number): string {
    const array = type === 'float32' ? Float32Array.of(value) : type === 'int32' ? Int32Array.of(value) : Uint8Array.of(value);
    const bytes = bytesOf(array);
    return this.#initializer(type, [], bytes, contentKey(bytes));
  }

  /** The name of a constant; one of equal elements becomes a scalar. */
  constant(value: ConstantValue): { readonly name: string; readonly stored: Shape } {
    if (value.uniform !== undefined) return { name: this.scalar(value.dtype, value.uniform), stored: [] };
    const values = value.values!;
    const bytes = bytesOf(values);
    const content = bytes.length <= CONTENT_KEY_BYTES ? contentKey(bytes) : `#${this.#idOf(values)}`;
    return { name: this.#initializer(value.dtype, value.shape, bytes, content), stored: value.shape };
  }

  #idOf(array: object): number {
    const id = this.#idsByArray.get(array) ?? this.#idsByArray.size;
    this.#idsByArray.set(array, id);
    return id;
  }

  #initializer(type: OnnxType, dims: Shape, rawData: Uint8Array, content: string): string {
    const key = `${type}[${dims}]${content}`;
    let name = this.#namesByContent.get(key);
    if (name === undefined) {
      name = `c${this.initializers.size}`;
      this.#namesByContent.set(key, name);
      this.initializers.set(name, { name, dims, dataType: ONNX_TYPE[type], rawData });
    }
    return name;
  }
}

function toAttribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: Buffer.from(value) };
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function contentKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
