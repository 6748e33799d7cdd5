import { bonesOf, jointsOf } from './bones.js';
import type { Planes } from './planes.js';

const EPSILON = 1e-5;

/**
 * A body that moves as `planes` and is built, and walks, as `other`: each bone gets the length that it has there in the same frame and
 * person, and the root its place. Gives new planes.
 *
 * Source: `skeleton_adain_bone_length` of SkateFormer's feeder (Do and Kim, ECCV 2024).
 *
 * @param other of the same sizes
 * @param order joints with parents before their children
 */
export function adoptLengths(planes: Planes, other: Planes, parents: readonly number[], order: readonly number[]): Planes {
  const { C, T, V, M } = planes;
  const bones = bonesOf(planes, parents);
  const theirs = bonesOf(other, parents);
  const plane = T * V * M;
  for (let j = 0; j < plane; j++) {
    let [mine, wanted] = [0, 0];
    for (let c = 0; c < C; c++) {
      mine += bones.x[c * plane + j]! ** 2;
      wanted += theirs.x[c * plane + j]! ** 2;
    }
    const scale = (Math.sqrt(wanted) + EPSILON) / (Math.sqrt(mine) + EPSILON);
    for (let c = 0; c < C; c++) bones.x[c * plane + j] = bones.x[c * plane + j]! * scale;
  }
  const root = order[0]!;
  const places = new Float32Array(C * T * M);
  for (let row = 0; row < C * T; row++) for (let m = 0; m < M; m++) places[row * M + m] = other.x[(row * V + root) * M + m]!;
  return jointsOf(bones, parents, order, places);
}
