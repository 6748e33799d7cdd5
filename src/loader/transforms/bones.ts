import { like, type Planes } from './planes.js';

/** Each joint minus its parent; joints with themselves or -1 as parent become zero. Gives new planes. */
export function bonesOf(planes: Planes, parents: readonly number[]): Planes {
  const { x, C, T, V, M } = planes;
  const out = new Float32Array(x.length);
  const rows = C * T;
  for (let v = 0; v < V; v++) {
    const parent = parents[v]!;
    if (parent < 0 || parent === v) continue;
    for (let row = 0; row < rows; row++) {
      const at = (row * V + v) * M;
      const from = (row * V + parent) * M;
      for (let m = 0; m < M; m++) out[at + m] = x[at + m]! - x[from + m]!;
    }
  }
  return like(planes, out);
}

/** Joints out of bones: the inverse of `bonesOf`, with the root at the given places [C, T, M]. Gives new planes. */
export function jointsOf(bones: Planes, parents: readonly number[], order: readonly number[], root: Float32Array): Planes {
  const { x, C, T, V, M } = bones;
  const out = new Float32Array(x.length);
  for (const v of order) {
    const parent = parents[v]!;
    const isRoot = parent < 0 || parent === v;
    for (let row = 0; row < C * T; row++) {
      const at = (row * V + v) * M;
      for (let m = 0; m < M; m++) out[at + m] = isRoot ? root[row * M + m]! : x[at + m]! + out[(row * V + parent) * M + m]!;
    }
  }
  return like(bones, out);
}
