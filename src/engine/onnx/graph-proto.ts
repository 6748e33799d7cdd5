import type { InputShape } from '../engine.js';
import type { Dim, GraphType } from './graph-builder.js';
import { type GraphProto, ONNX_TYPE, type OnnxType, type ValueInfoProto } from './model-proto.js';
import type { Port, TracedFunction } from './trace.js';

/** The graph of a traced function as ONNX describes it; constants are not copied. */
export function graphProto({ graph, inputs, outputs }: TracedFunction): GraphProto {
  const ports = (list: readonly Port[]) => list.map(({ graphName, shape }) => valueInfo(graphName, { type: 'float32', shape }));
  return {
    name: 'skelmix',
    node: graph.nodes,
    initializer: graph.initializers,
    input: ports(inputs),
    output: ports(outputs),
    valueInfo: [...graph.types].map(([name, type]) => valueInfo(name, type)),
  };
}

function valueInfo(
  name: string,
  { type, shape }: { readonly type: OnnxType; readonly shape: InputShape | GraphType['shape'] },
): ValueInfoProto {
  const dim = shape.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: nameOf(dim) }));
  return { name, type: { tensorType: { elemType: ONNX_TYPE[type], shape: { dim } } } };
}

/** Equal lengths have equal names, by which onnxruntime sees that it may use memory again. */
function nameOf(dim: 'B' | Exclude<Dim, number>): string {
  return dim === 'B' || dim.timesB === 1 ? 'B' : `${dim.timesB}B`;
}
