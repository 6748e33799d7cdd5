import protobuf from 'protobufjs';

/** Element types of ONNX tensors, by our names (onnx.proto, TensorProto.DataType). */
export const ONNX_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

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

type Field = readonly [type: string, id: number, repeated?: 'repeated'];

/** The part of onnx.proto that a graph of tensors needs, with its field numbers (ONNX IR version 8). */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Dim: { dimValue: ['int64', 1], dimParam: ['string', 2] },
  Shape: { dim: ['Dim', 1, 'repeated'] },
  TensorType: { elemType: ['int32', 1], shape: ['Shape', 2] },
  Type: { tensorType: ['TensorType', 1] },
  ValueInfo: { name: ['string', 1], type: ['Type', 2] },
  Tensor: { dims: ['int64', 1, 'repeated'], dataType: ['int32', 2], name: ['string', 8], rawData: ['bytes', 9] },
  Attribute: {
    name: ['string', 1],
    f: ['float', 2],
    i: ['int64', 3],
    s: ['bytes', 4],
    ints: ['int64', 8, 'repeated'],
    type: ['int32', 20],
  },
  Node: {
    input: ['string', 1, 'repeated'],
    output: ['string', 2, 'repeated'],
    opType: ['string', 4],
    attribute: ['Attribute', 5, 'repeated'],
    domain: ['string', 7],
  },
  Graph: {
    node: ['Node', 1, 'repeated'],
    name: ['string', 2],
    initializer: ['Tensor', 5, 'repeated'],
    input: ['ValueInfo', 11, 'repeated'],
    output: ['ValueInfo', 12, 'repeated'],
    valueInfo: ['ValueInfo', 13, 'repeated'],
  },
  Opset: { domain: ['string', 1], version: ['int64', 2] },
  Model: { irVersion: ['int64', 1], producerName: ['string', 2], graph: ['Graph', 7], opsetImport: ['Opset', 8, 'repeated'] },
};

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const CONTRIB_DOMAIN = 'com.microsoft';

let modelType: protobuf.Type | undefined;

/** Serializes a graph as an ONNX model: operator set 17 and onnxruntime's contributed operators. */
export function encodeModel(graph: GraphProto): Uint8Array {
  modelType ??= defineMessages().lookupType('Model');
  const opsetImport = [
    { domain: '', version: OPSET_VERSION },
    { domain: CONTRIB_DOMAIN, version: 1 },
  ];
  return modelType.encode({ irVersion: IR_VERSION, producerName: 'skelmix', graph, opsetImport }).finish();
}

function defineMessages(): protobuf.Root {
  const root = new protobuf.Root();
  for (const [name, fields] of Object.entries(MESSAGES)) {
    const message = new protobuf.Type(name);
    for (const [field, [type, id, rule]] of Object.entries(fields)) message.add(new protobuf.Field(field, id, type, rule));
    root.add(message);
  }
  return root;
}
