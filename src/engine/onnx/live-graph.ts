import type { GraphBuilder, GraphType } from './graph-builder.js';
import type { NodeProto, TensorProto } from './model-proto.js';

/** What of a graph is needed for its outputs. */
export interface LiveGraph {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  /** Names read by the nodes or asked for as outputs. */
  readonly used: ReadonlySet<string>;
  /** Types and shapes of nodes' outputs, of those that are known. */
  readonly types: ReadonlyMap<string, GraphType>;
}

/** Drops the nodes and initializers that no output depends on, e.g. gradients that tfjs made and nobody asked for. */
export function liveGraph(graph: GraphBuilder, outputs: Iterable<string>): LiveGraph {
  const used = new Set(outputs);
  const nodes: NodeProto[] = [];
  // Nodes are recorded after their inputs: one pass from the end sees every use before the definition.
  for (const node of graph.nodes.toReversed()) {
    if (!node.output.some((name) => used.has(name))) continue;
    nodes.push(node);
    for (const name of node.input) used.add(name);
  }
  nodes.reverse();
  const initializers = [...graph.initializers.values()].filter(({ name }) => used.has(name));
  return { nodes, used, initializers, types: graph.types };
}
