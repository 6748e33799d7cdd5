import type { Clip, ClipShape } from '../core/clip.js';

/** Most frames of a clip that is shown. */
export const SHOWN_FRAMES = 128;

/** What of a clip is shown. */
export interface ThinClip {
  readonly shape: ClipShape;
  /** [M, T, V, C], a copy. */
  readonly keypoint: Float32Array;
  readonly fps: number;
}

/**
 * A copy of a clip with at most 128 frames: of a longer one every second, third ... frame, with the lower frame rate. Only the
 * persons that are ever there (up to the last one with a coordinate other than zero; at least one) are taken.
 */
export function thinClip({ keypoint, shape, fps }: Pick<Clip, 'keypoint' | 'shape' | 'fps'>): ThinClip {
  const { M, T, V, C } = shape;
  const person = T * V * C;
  const isThere = (m: number): boolean => keypoint.subarray(m * person, (m + 1) * person).some((value) => value !== 0);
  let persons = M;
  while (persons > 1 && !isThere(persons - 1)) persons--;
  const every = Math.ceil(T / SHOWN_FRAMES);
  const frames = Math.ceil(T / every);
  const frame = V * C;
  const out = new Float32Array(persons * frames * frame);
  for (let m = 0; m < persons; m++)
    for (let t = 0; t < frames; t++) {
      const from = m * person + t * every * frame;
      out.set(keypoint.subarray(from, from + frame), (m * frames + t) * frame);
    }
  return { shape: { M: persons, T: frames, V, C }, keypoint: out, fps: fps / every };
}
