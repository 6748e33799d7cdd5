import type { ClipShape } from '../core/clip.js';
import { type Layout, topologicalOrder } from '../core/layout.js';

/** Length of each joint's bone to its parent in each frame of one person, as [V][T]. The root's row is empty. */
function boneLengths(keypoint: Float32Array, { T, V, C }: ClipShape, m: number, layout: Layout): number[][] {
  return Array.from({ length: V }, (_, v) => {
    const parent = layout.parents[v]!;
    if (parent < 0) return [];
    return Array.from({ length: T }, (_, t) => {
      const frame = (m * T + t) * V;
      let sum = 0;
      for (let c = 0; c < C; c++) sum += (keypoint[(frame + v) * C + c]! - keypoint[(frame + parent) * C + c]!) ** 2;
      return Math.sqrt(sum);
    });
  });
}

/**
 * Gives every bone one length over the whole sequence, in place: the directions along the tree are kept, the lengths become
 * the sequence's medians. The root's path stays as it is. Keypoints [M, T, V, C].
 */
export function projectBoneLengths(keypoint: Float32Array, shape: ClipShape, layout: Layout): void {
  const { M, T, V, C } = shape;
  const order = topologicalOrder(layout);
  for (let m = 0; m < M; m++) {
    const lengths = boneLengths(keypoint, shape, m, layout);
    const medians = lengths.map((row) => {
      // Frames without the person say nothing of the bones.
      const there = row.filter((length) => length > 0).sort((a, b) => a - b);
      return there[there.length >> 1] ?? 0;
    });
    for (let t = 0; t < T; t++) {
      const frame = (m * T + t) * V;
      const before = keypoint.slice(frame * C, (frame + V) * C);
      for (const v of order) {
        const parent = layout.parents[v]!;
        const length = parent < 0 ? 0 : lengths[v]![t]!;
        if (length === 0) continue;
        const factor = medians[v]! / length;
        for (let c = 0; c < C; c++)
          keypoint[(frame + v) * C + c] =
            keypoint[(frame + parent) * C + c]! + factor * (before[v * C + c]! - before[parent * C + c]!);
      }
    }
  }
}
