import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';
import type { Layout } from '../../core/layout.js';

/** Which way is up in a data set: the axis, and whether its values grow upwards (1) or downwards (-1, as in images). */
export interface Upwards {
  readonly axis: number;
  readonly sign: 1 | -1;
}

/** A foot is down while it is this share of the leg above the lowest that the person's feet get. */
const CONTACT_SHARE = 0.05;
/** The lowest: this quantile of the heights of all feet, so that one bad frame doesn't set the floor. */
const FLOOR_QUANTILE = 0.05;

/** The value below which the given share of sorted values lies (the nearest one). */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/**
 * Finds which way is up from where feet are: the axis along which the centre joint is farthest from the feet, on average over
 * the frames of all clips. Undefined where the layout names no feet, or where nobody is there.
 */
export function findUpwards(clips: readonly Clip[], layout: Pick<Layout, 'feet' | 'centre'>): Upwards | undefined {
  const { feet, centre } = layout;
  if (feet.length === 0) return undefined;
  const sums = [0, 0, 0];
  for (const clip of clips) {
    const { M, T, V, C } = clip.shape;
    for (let m = 0; m < M; m++)
      for (let t = 0; t < T; t++) {
        if (!isPresent(clip, m, t)) continue;
        const first = (m * T + t) * V;
        for (const foot of feet)
          for (let c = 0; c < C; c++)
            sums[c]! += clip.keypoint[(first + centre) * C + c]! - clip.keypoint[(first + foot) * C + c]!;
      }
  }
  const sizes = sums.map(Math.abs);
  const axis = sizes.indexOf(Math.max(...sizes));
  if (!(sizes[axis]! > 0)) return undefined;
  return { axis, sign: sums[axis]! > 0 ? 1 : -1 };
}

/**
 * Mean speed along the floor of the feet that are down, in the clip's units a second. A foot is down from one frame to the next
 * while in both it is at most 5 % of the leg's length (median height of the centre joint over the floor) above the floor, which
 * is the 5 % quantile of the heights of that person's feet. NaN where no foot is ever down.
 *
 * @param fps frames a second to reckon with; one number for all clips that are compared, where time was stretched
 */
export function footSpeedOf(clip: Clip, layout: Pick<Layout, 'feet' | 'centre'>, up: Upwards, fps: number): number {
  const { keypoint, shape } = clip;
  const { M, T, V, C } = shape;
  let sum = 0;
  let count = 0;
  for (let m = 0; m < M; m++) {
    const there = Array.from({ length: T }, (_, t) => isPresent(clip, m, t));
    const height = (t: number, v: number): number => up.sign * keypoint[((m * T + t) * V + v) * C + up.axis]!;
    const frames = Array.from({ length: T }, (_, t) => t).filter((t) => there[t]);
    if (frames.length === 0) continue;
    const heights = frames.flatMap((t) => layout.feet.map((foot) => height(t, foot))).sort((a, b) => a - b);
    const floor = quantile(heights, FLOOR_QUANTILE);
    const centres = frames.map((t) => height(t, layout.centre) - floor).sort((a, b) => a - b);
    const limit = floor + CONTACT_SHARE * Math.max(0, quantile(centres, 0.5));
    for (const foot of layout.feet)
      for (let t = 0; t < T - 1; t++) {
        if (!(there[t] && there[t + 1]) || height(t, foot) > limit || height(t + 1, foot) > limit) continue;
        let square = 0;
        for (let c = 0; c < C; c++) {
          if (c === up.axis) continue;
          const at = ((m * T + t) * V + foot) * C + c;
          square += (keypoint[at + V * C]! - keypoint[at]!) ** 2;
        }
        sum += Math.sqrt(square) * fps;
        count++;
      }
  }
  return sum / count;
}
