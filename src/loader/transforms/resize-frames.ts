import type { Crop } from './crop.js';
import type { Planes } from './planes.js';

/** Where the frames of a resized run come from. */
export interface Taps {
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** Share of `after`. */
  readonly weight: Float64Array;
}

/**
 * Frames and weights of linear interpolation of `length` frames to `wanted`, pixel centres aligned and no smoothing: as PyTorch's
 * `interpolate` with `align_corners=False`, whose scale is a float32.
 */
export function tapsOf(length: number, wanted: number): Taps {
  const scale = Math.fround(length / wanted);
  const before = new Int32Array(wanted);
  const after = new Int32Array(wanted);
  const weight = new Float64Array(wanted);
  for (let i = 0; i < wanted; i++) {
    const at = Math.max(scale * (i + 0.5) - 0.5, 0);
    // Where the scale was rounded up, the last place may lie beyond the end.
    const low = Math.min(Math.floor(at), length - 1);
    before[i] = low;
    after[i] = Math.min(low + 1, length - 1);
    weight[i] = at - low;
  }
  return { before, after, weight };
}

/**
 * A run of frames stretched or squeezed to `wanted` frames, with room for `persons`; further ones are zero. Gives new planes.
 *
 * Source: `valid_crop_resize` of CTR-GCN's feeder.
 */
export function resizeFrames({ x, C, T, V, M }: Planes, { first, length }: Crop, wanted: number, persons = M): Planes {
  const { before, after, weight } = tapsOf(length, wanted);
  const width = V * M;
  const out = new Float32Array(C * wanted * V * persons);
  for (let c = 0; c < C; c++)
    for (let i = 0; i < wanted; i++) {
      const w = weight[i]!;
      const a = (c * T + first + before[i]!) * width;
      const b = (c * T + first + after[i]!) * width;
      const to = (c * wanted + i) * V * persons;
      if (persons === M) for (let j = 0; j < width; j++) out[to + j] = (1 - w) * x[a + j]! + w * x[b + j]!;
      else
        for (let v = 0; v < V; v++)
          for (let m = 0; m < M; m++) {
            const j = v * M + m;
            out[to + v * persons + m] = (1 - w) * x[a + j]! + w * x[b + j]!;
          }
    }
  return { x: out, C, T: wanted, V, M: persons };
}
