import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { chooseActors } from './ntu-actors.js';
import { parseNtuSkeleton } from './ntu-skeleton.js';

/**
 * Reads a `.skeleton` file of NTU RGB+D as a clip: keypoint [M, T, V, 3] in metres, y up, z away from the camera; M is 1 or 2, the
 * actor who moves more first (`chooseActors`). Frames at both ends in which nobody is are left out; an actor who is lost in
 * between is zero there. Pure.
 *
 * @throws DataError CLIP_EMPTY (nobody was tracked), those of `parseNtuSkeleton` and of `createClip`
 */
export function parseNtuClip(bytes: Uint8Array, facts: RecordingFacts): Clip {
  const { file, layout, id } = facts;
  const V = layout.joints.length;
  const { bodies, numFrames } = parseNtuSkeleton(bytes, file, V);
  const slots = chooseActors(bodies);
  if (slots.length === 0)
    throw new DataError('CLIP_EMPTY', `${file}: nobody was tracked in any of the ${numFrames} frames of ${id}`, {
      details: { file, clip: id, frames: numFrames },
    });
  const tracks = slots.flat();
  const first = Math.min(...tracks.map(({ frames }) => frames[0]!));
  const T = Math.max(...tracks.map(({ frames }) => frames.at(-1)!)) - first + 1;
  const M = slots.length;
  const keypoint = new Float32Array(M * T * V * 3);
  for (const [m, slot] of slots.entries())
    for (const { frames, joints } of slot)
      for (const [i, frame] of frames.entries()) keypoint.set(joints[i]!, (m * T + frame - first) * V * 3);
  return createClip(keypoint, { M, T, V, C: 3 }, facts);
}
