/** Element types of ONNX tensors, by our names (onnx.proto, TensorProto.DataType). */
export const ONNX_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 } as const;

/** An element type that can stand in a graph. */
export type OnnxType = keyof typeof ONNX_TYPE;

/** Kinds of attributes (onnx.proto, AttributeProto.AttributeType). */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** A constant: little-endian elements in C order. */
export interface TensorProto {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

/** A named setting of a node; `type` tells which of the value fields holds it. */
export interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

/** One operation; inputs and outputs are names inside the graph. */
export interface NodeProto {
  readonly opType: string;
  readonly domain?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeProto[];
}

/** Name, element type and shape of a graph's input or output. */
export interface ValueInfoProto {
  readonly name: string;
  readonly type: { readonly tensorType: { readonly elemType: number; readonly shape: { readonly dim: readonly DimProto[] } } };
}

/** Length of an axis: a number, or a name where it is known only when the graph runs. */
export interface DimProto {
  readonly dimValue?: number;
  readonly dimParam?: string;
}

/** A graph: nodes in an order in which each comes after its inputs. */
export interface GraphProto {
  readonly name: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  /** Types of values in between, of which onnxruntime infers the rest. */
  readonly valueInfo?: readonly ValueInfoProto[];
}
