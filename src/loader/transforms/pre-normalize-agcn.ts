import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';
import type { BodyAxes } from './body-axes.js';
import { presentFrames } from './present-frames.js';
import { turnJoints } from './rotation.js';
import { directionOf, turnOnto } from './turn-onto.js';

/**
 * Fills a clip up to `numFrames` by repeating each person, puts the centre joint of the first person at the origin in every frame,
 * and turns all of it so that the first person's spine points up (z) in the first frame and then the shoulders along x. Frames
 * beyond `numFrames` are left out. A person who comes late begins in the first frame. Absent persons and frames stay zero. Gives a
 * new clip.
 *
 * Source: `pre_normalization` of 2s-AGCN's data preparation (Shi et al., CVPR 2019), with the layout's joints.
 */
export function preNormalizeAgcn(clip: Clip, numFrames: number, { centre, bottom, top, right, left }: BodyAxes): Clip {
  const looped = loopFrames(clip, numFrames);
  const { keypoint, shape } = looped;
  const { M, T, V } = shape;
  const frame = V * 3;
  const origins = Float32Array.from({ length: 3 * T }, (_, i) => keypoint[Math.floor(i / 3) * frame + 3 * centre + (i % 3)]!);
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++) {
        const at = (m * T + t) * frame + 3 * v;
        // A joint at the very origin counts as not seen.
        if (keypoint[at] === 0 && keypoint[at + 1] === 0 && keypoint[at + 2] === 0) continue;
        for (let c = 0; c < 3; c++) keypoint[at + c] = keypoint[at + c]! - origins[3 * t + c]!;
      }
  turnJoints(keypoint, turnOnto(directionOf(keypoint, 0, bottom, top), [0, 0, 1]));
  turnJoints(keypoint, turnOnto(directionOf(keypoint, 0, left, right), [1, 0, 0]));
  return looped;
}

/** Each person's frames from the first one that has the person, repeated where only absent frames are left. */
function loopFrames(clip: Clip, numFrames: number): Clip {
  const { keypoint, shape } = clip;
  const { M, T, V, C } = shape;
  const frame = V * C;
  const looped = new Float32Array(M * numFrames * frame);
  for (let m = 0; m < M; m++) {
    const present = presentFrames(clip, m).filter((t) => t < numFrames);
    if (present.length === 0) continue;
    // As in the source: where the first frame is empty, all empty ones are closed up, else they stay.
    const frames = isPresent(clip, m, 0) ? Array.from({ length: present.at(-1)! + 1 }, (_, t) => t) : present;
    for (let t = 0; t < numFrames; t++) {
      const from = (m * T + frames[t % frames.length]!) * frame;
      looped.set(keypoint.subarray(from, from + frame), (m * numFrames + t) * frame);
    }
  }
  return { ...clip, keypoint: looped, shape: { M, T: numFrames, V, C } };
}
