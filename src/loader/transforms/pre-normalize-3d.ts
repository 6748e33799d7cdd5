import type { Clip } from '../../core/clip.js';
import { roundToHalf } from '../../core/half.js';
import type { BodyAxes } from './body-axes.js';
import { turnJoints } from './rotation.js';
import { directionOf, turnOnto } from './turn-onto.js';

/** What NumPy's `isclose` takes for zero. */
const CLOSE = 1e-8;

/** Which of the two steps are taken. */
export interface PreNormalizeSteps {
  readonly alignCentre: boolean;
  readonly alignSpine: boolean;
}

/**
 * Keeps the frames in which the main person is there, moves that person's centre joint in the first of them to the origin (one shift
 * for the clip), and turns all of it so that the spine points up (z) there, and then the shoulders along x. The main person is the
 * first one, or the second where more frames have that one; then they change places. Persons from the third on are left out.
 * Joints that are zero stay zero. Gives a new clip; a clip of zeros comes back as it is.
 *
 * A clip of float16 is centred, and its spine measured, in float16, as in the source.
 *
 * Source: `PreNormalize3D` of PYSKL (Duan et al., 2022), with the layout's joints.
 */
export function preNormalize3D(clip: Clip, { centre, bottom, top, right, left }: BodyAxes, steps: PreNormalizeSteps): Clip {
  const { keypoint, shape } = clip;
  const { T, V } = shape;
  const M = Math.min(shape.M, 2);
  const frame = V * 3;
  const round = clip.half ? roundToHalf : (value: number): number => value;
  const seen = Array.from({ length: M }, (_, m) => framesOf(keypoint, m * T * frame, T, frame));
  const swapped = M === 2 && seen[1]!.length > seen[0]!.length;
  const frames = seen[swapped ? 1 : 0]!;
  if (frames.length === 0) return clip;
  const kept = new Float32Array(M * frames.length * frame);
  for (let m = 0; m < M; m++)
    for (const [i, t] of frames.entries()) {
      const from = ((swapped ? 1 - m : m) * T + t) * frame;
      kept.set(keypoint.subarray(from, from + frame), (m * frames.length + i) * frame);
    }
  if (steps.alignCentre) {
    const [x, y, z] = kept.slice(3 * centre, 3 * centre + 3) as unknown as [number, number, number];
    for (let i = 0; i < kept.length; i += 3) {
      if (kept[i] === 0 && kept[i + 1] === 0 && kept[i + 2] === 0) continue;
      kept[i] = round(kept[i]! - x);
      kept[i + 1] = round(kept[i + 1]! - y);
      kept[i + 2] = round(kept[i + 2]! - z);
    }
  }
  if (steps.alignSpine) {
    turnJoints(kept, turnOnto(directionOf(kept, 0, bottom, top, round), [0, 0, 1], round));
    turnJoints(kept, turnOnto(directionOf(kept, 0, left, right), [1, 0, 0]));
  }
  return { ...clip, keypoint: kept, shape: { M, T: frames.length, V, C: 3 } };
}

function framesOf(keypoint: Float32Array, start: number, T: number, frame: number): number[] {
  const frames: number[] = [];
  for (let t = 0; t < T; t++) {
    const from = start + t * frame;
    for (let i = from; i < from + frame; i++)
      if (Math.abs(keypoint[i]!) > CLOSE) {
        frames.push(t);
        break;
      }
  }
  return frames;
}
