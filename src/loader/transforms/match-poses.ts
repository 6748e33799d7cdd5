import { like, type Planes } from './planes.js';

/**
 * Follows each person from frame to frame: who stands nearest in the next frame (squared distance of x and y over all joints) goes on,
 * the one with the larger sum of scores choosing first; the persons are then put in order of their sums over all frames, the largest
 * first. Channels are x, y and score. Gives new planes.
 *
 * Source: `openpose_match` of ST-GCN's feeder (Yan et al., AAAI 2018).
 */
export function matchPoses(planes: Planes): Planes {
  const { x, C, T, V, M } = planes;
  if (M === 1) return planes;
  const at = (c: number, t: number, v: number, m: number): number => x[((c * T + t) * V + v) * M + m]!;
  const scores = Array.from({ length: T }, (_, t) =>
    Array.from({ length: M }, (_, m) => {
      let sum = 0;
      for (let v = 0; v < V; v++) sum += at(2, t, v, m);
      return sum;
    }),
  );
  /** Places of the persons in each frame, in the order that they have in the first. */
  const paths = [Array.from({ length: M }, (_, m) => m)];
  for (let t = 0; t < T - 1; t++) {
    const order = [...scores[t]!.keys()].sort((a, b) => scores[t]![b]! - scores[t]![a]! || a - b);
    const next = new Array<number>(M);
    const taken = new Set<number>();
    for (let rank = 0; rank < M; rank++) {
      // As in the source: the order is read the other way round, which is the same where persons stand in it already.
      const person = order.indexOf(rank);
      let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
      for (let other = 0; other < M; other++) {
        if (taken.has(other)) continue;
        let distance = 0;
        for (let v = 0; v < V; v++) for (let c = 0; c < 2; c++) distance += (at(c, t + 1, v, other) - at(c, t, v, person)) ** 2;
        if (nearest < 0 || distance < least) [nearest, least] = [other, distance];
      }
      taken.add(nearest);
      next[person] = nearest;
    }
    paths.push(paths[t]!.map((person) => next[person]!));
  }
  const totals = paths[0]!.map((_, m) => paths.reduce((total, path, t) => total + scores[t]![path[m]!]!, 0));
  const order = [...totals.keys()].sort((a, b) => totals[b]! - totals[a]! || a - b);
  const out = new Float32Array(x.length);
  for (let c = 0; c < C; c++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++)
        for (const [to, m] of order.entries()) out[((c * T + t) * V + v) * M + to] = at(c, t, v, paths[t]![m]!);
  return like(planes, out);
}
