import type { Layout } from '../../core/layout.js';

/**
 * Three stacked adjacency matrices [3 V, V] of a layout's bones: the joint itself, its parent, the mean of its children (the
 * partition of ST-GCN by distance to the centre, with the tree's root as centre). Rows sum to 1, or to 0 where there is none.
 */
export function boneGraph({ joints, parents }: Pick<Layout, 'joints' | 'parents'>): Float32Array {
  const V = joints.length;
  const graph = new Float32Array(3 * V * V);
  const children = parents.map((_, v) => parents.flatMap((parent, child) => (parent === v ? [child] : [])));
  for (let v = 0; v < V; v++) {
    graph[v * V + v] = 1;
    if (parents[v]! >= 0) graph[(V + v) * V + parents[v]!] = 1;
    for (const child of children[v]!) graph[(2 * V + v) * V + child] = 1 / children[v]!.length;
  }
  return graph;
}
