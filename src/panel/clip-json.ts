import type { ShownClip } from './clip-views.js';

/** A clip as JSON: coordinates in four decimals (a tenth of a millimetre), in the order of `shape`. */
export function clipJson({ keypoint, ...facts }: ShownClip): Readonly<Record<string, unknown>> {
  return { ...facts, keypoint: Array.from(keypoint, (value) => Math.round(value * 1e4) / 1e4) };
}
