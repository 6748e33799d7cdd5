import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { roundToHalf } from '../../core/half.js';
import type { BodyChoice } from '../dataset.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { arrangeBodies } from './ntu-bodies.js';
import { parseNtuSkeleton } from './ntu-skeleton.js';

/**
 * Reads a `.skeleton` file of NTU RGB+D as a clip: keypoint [M, T, V, 3] in metres, y up, z away from the camera; M is 1 or 2 (up to 4 for
 * `agcn`). Frames at the end in which nobody is are left out; a person who is lost in between is zero there. Pure.
 *
 * @param bodies who of the bodies there becomes a person (`arrangeBodies`); `pyskl` rounds to float16 too, as its files are stored
 * @throws DataError CLIP_EMPTY (nobody was tracked), those of `parseNtuSkeleton` and of `createClip`
 */
export function parseNtuClip(bytes: Uint8Array, facts: RecordingFacts, bodies: BodyChoice = 'actors'): Clip {
  const { file, layout, id } = facts;
  const V = layout.joints.length;
  const recording = parseNtuSkeleton(bytes, file, V);
  const { slots, first, places } = arrangeBodies(recording, bodies);
  if (slots.length === 0)
    throw new DataError('CLIP_EMPTY', `${file}: nobody was tracked in any of the ${recording.numFrames} frames of ${id}`, {
      details: { file, clip: id, frames: recording.numFrames },
    });
  const last = slots.flat().reduce((end, { frames }) => frames.reduce((most, frame) => Math.max(most, frame), end), first);
  const T = last - first + 1;
  const M = slots.length;
  const keypoint = new Float32Array(M * T * V * 3);
  for (const [m, slot] of slots.entries())
    for (const { frames, joints } of slot)
      for (const [i, frame] of frames.entries()) keypoint.set(joints[i]!, (m * T + frame - first) * V * 3);
  const half = bodies === 'pyskl';
  if (half) for (let i = 0; i < keypoint.length; i++) keypoint[i] = roundToHalf(keypoint[i]!);
  const clip = createClip(keypoint, { M, T, V, C: 3 }, facts);
  return { ...clip, ...(places === undefined ? {} : { places }), ...(half ? { half } : {}) };
}
