import type { Random } from '../../core/random.js';

/** A run of frames. */
export interface Crop {
  readonly first: number;
  readonly length: number;
}

/** The middle share `p` of n frames, as many cut from both ends. Source: `valid_crop_resize` of CTR-GCN's feeder. */
export function middleCrop(n: number, p: number): Crop {
  const first = Math.trunc(((1 - p) * n) / 2);
  return { first, length: n - 2 * first };
}

/**
 * A run of a random share between `low` and `high` of n frames, at a random place, of at least `least` frames as far as there are so
 * many.
 */
export function drawCrop(random: Random, n: number, [low, high]: readonly [number, number], least: number): Crop {
  const p = low + random.uniform() * (high - low);
  const length = Math.min(Math.max(Math.floor(n * p), least), n);
  return { first: random.int(n - length + 1), length };
}
