import type { Planes } from './planes.js';

/** The given joints, in that order. Gives new planes. */
export function takeJoints({ x, C, T, V, M }: Planes, joints: readonly number[]): Planes {
  const wanted = joints.length;
  const out = new Float32Array(C * T * wanted * M);
  for (let row = 0; row < C * T; row++)
    for (let v = 0; v < wanted; v++) {
      const from = (row * V + joints[v]!) * M;
      for (let m = 0; m < M; m++) out[(row * wanted + v) * M + m] = x[from + m]!;
    }
  return { x: out, C, T, V: wanted, M };
}
