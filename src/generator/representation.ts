import type { Clip, ClipShape } from '../core/clip.js';
import { DataError } from '../core/errors.js';
import { isPresent } from '../core/is-present.js';
import type { Layout } from '../core/layout.js';
import { resampleClip } from '../core/resample-clip.js';
import type { ImageSpec } from './model/manifest.js';

/** A skeleton image and what its inverse needs. */
export interface SkeletonImage {
  /** [T, M V, C]: frames outermost, so that a frame is one run of values. Coordinates divided by `ImageSpec.scale`. */
  readonly image: Float32Array;
  /** Where the centre joint of the first valid frame was, [C], in the clip's units. */
  readonly origin: readonly number[];
}

/** Values of one frame, M V C. */
export function frameSize(layout: Layout, spec: Pick<ImageSpec, 'maxPersons'>): number {
  return spec.maxPersons * layout.joints.length * layout.channels;
}

/** Place of the centre joint of the first frame in which the first person is there, [C]. */
function findOrigin(clip: Clip, layout: Layout): number[] {
  const { T, V, C } = clip.shape;
  for (let t = 0; t < T; t++) {
    if (!isPresent(clip, 0, t)) continue;
    const first = (t * V + layout.centre) * C;
    return Array.from(clip.keypoint.subarray(first, first + C));
  }
  throw new DataError(
    'CLIP_EMPTY',
    `clip ${clip.id}: all ${T} frames are zero, so there is no body to centre; leave the clip out`,
  );
}

/**
 * Clip to skeleton image: centred on the centre joint of the first valid frame, time stretched to `spec.numFrames` by linear
 * interpolation (core/resample-clip.ts), divided by `spec.scale`. Persons that are absent in a frame stay zero.
 *
 * @throws DataError LAYOUT_MISMATCH (joints, coordinates or more persons than `spec.maxPersons`), CLIP_EMPTY
 */
export function clipToImage(
  clip: Clip,
  layout: Layout,
  spec: Pick<ImageSpec, 'numFrames' | 'maxPersons' | 'scale'>,
): SkeletonImage {
  const { M, V, C } = clip.shape;
  if (V !== layout.joints.length || C !== layout.channels || M > spec.maxPersons)
    throw new DataError(
      'LAYOUT_MISMATCH',
      `clip ${clip.id} has ${M} persons of ${V} joints with ${C} coordinates; layout ${layout.name} wants ${layout.joints.length} joints with ` +
        `${layout.channels}, at most ${spec.maxPersons} persons: use a model that was trained on this layout`,
    );
  const origin = findOrigin(clip, layout);
  const { numFrames, maxPersons, scale } = spec;
  const stretched = resampleClip(clip, numFrames);
  const image = new Float32Array(numFrames * maxPersons * V * C);
  for (let m = 0; m < M; m++)
    for (let t = 0; t < numFrames; t++) {
      if (!isPresent(stretched, m, t)) continue;
      const from = (m * numFrames + t) * V * C;
      const to = (t * maxPersons + m) * V * C;
      for (let j = 0; j < V * C; j++) image[to + j] = (stretched.keypoint[from + j]! - origin[j % C]!) / scale;
    }
  return { image, origin };
}

/**
 * The inverse: image to keypoints [M, T, V, C] in the clip's units, with the centre joint of the first frame at `origin`.
 * A person whose values are all zero in a frame stays absent there.
 */
export function imageToKeypoint(
  image: Float32Array,
  layout: Layout,
  spec: Pick<ImageSpec, 'numFrames' | 'maxPersons' | 'scale'>,
  origin: readonly number[] = [0, 0, 0],
): { keypoint: Float32Array; shape: ClipShape } {
  const shape: ClipShape = { M: spec.maxPersons, T: spec.numFrames, V: layout.joints.length, C: layout.channels };
  const { M, T, V, C } = shape;
  const keypoint = new Float32Array(M * T * V * C);
  for (let t = 0; t < T; t++) {
    for (let m = 0; m < M; m++) {
      const from = (t * M + m) * V * C;
      const to = (m * T + t) * V * C;
      if (image.subarray(from, from + V * C).every((value) => value === 0)) continue;
      for (let j = 0; j < V * C; j++) keypoint[to + j] = image[from + j]! * spec.scale + origin[j % C]!;
    }
  }
  return { keypoint, shape };
}

/**
 * Fits the image form to training clips: the scale that gives the images unit root mean square (measured better for the
 * cosine schedule than the paper's range [-1, 1], which leaves most values near zero), the frame rate after stretching and
 * the persons.
 */
export function fitImageSpec(clips: readonly Clip[], layout: Layout, numFrames: number): ImageSpec {
  const maxPersons = clips.reduce((most, clip) => Math.max(most, clip.shape.M), 1);
  let sum = 0;
  let count = 0;
  const rates: number[] = [];
  for (const clip of clips) {
    for (const value of clipToImage(clip, layout, { numFrames, maxPersons, scale: 1 }).image) {
      if (value === 0) continue;
      sum += value ** 2;
      count++;
    }
    rates.push(clip.shape.T > 1 ? (clip.fps * (numFrames - 1)) / (clip.shape.T - 1) : clip.fps);
  }
  if (count === 0)
    throw new DataError('CLIP_EMPTY', `none of the ${clips.length} training clips holds a body that moves or has extent`);
  rates.sort((a, b) => a - b);
  return { numFrames, maxPersons, fps: rates[rates.length >> 1]!, scale: Math.sqrt(sum / count), deviation: 1 };
}
