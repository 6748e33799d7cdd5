import protobuf from 'protobufjs';
import type { GraphProto } from './model-proto.js';

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
