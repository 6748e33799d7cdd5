import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import { keyedRandom, type Random } from '../../core/random.js';
import type { ImageSpec } from '../model/manifest.js';
import { clipToImage, frameSize } from '../representation.js';

/** Clips as images of one size, ready to draw batches from. */
export interface TrainingImages {
  readonly layout: Layout;
  readonly spec: ImageSpec;
  readonly numClasses: number;
  /** Image [T, M V C] of each clip. */
  readonly images: readonly Float32Array[];
  readonly labels: readonly number[];
}

/** How training clips are varied: each draw turns, scales and crops anew. */
export interface Augmentation {
  /** Largest turn about the vertical axis, radians; 3-D layouts only. */
  readonly yaw: number;
  /** Largest relative change of size. */
  readonly scale: number;
  /** Largest share of the frames cut at either end. */
  readonly crop: number;
}

/** Measured on UTD-MHAD: yaw +-14 degrees, scale +-10 %, up to 8 % cut at each end. */
export const defaultAugmentation: Augmentation = { yaw: 0.25, scale: 0.1, crop: 0.08 };

/** @throws DataError CLIP_EMPTY (no clips), LAYOUT_MISMATCH */
export function createTrainingImages(
  clips: readonly Clip[],
  layout: Layout,
  numClasses: number,
  spec: ImageSpec,
): TrainingImages {
  if (clips.length === 0) throw new DataError('CLIP_EMPTY', 'there are no clips to train on; check the split');
  return {
    layout,
    spec,
    numClasses,
    images: clips.map((clip) => clipToImage(clip, layout, spec).image),
    labels: clips.map((clip) => clip.label),
  };
}

/** Writes a varied copy of an image [T, F] into `out` at `offset`. The vertical axis is y (1), the depth z (2). */
export function writeAugmented(
  set: Pick<TrainingImages, 'layout' | 'spec'>,
  image: Float32Array,
  out: Float32Array,
  offset: number,
  random: Random,
  by: Augmentation,
): void {
  const { layout, spec } = set;
  const T = spec.numFrames;
  const F = frameSize(layout, spec);
  const C = layout.channels;
  const angle = C === 3 ? (2 * random.uniform() - 1) * by.yaw : 0;
  const scale = 1 + (2 * random.uniform() - 1) * by.scale;
  const first = random.uniform() * by.crop * (T - 1);
  const last = (1 - random.uniform() * by.crop) * (T - 1);
  const cos = Math.cos(angle) * scale;
  const sin = Math.sin(angle) * scale;
  for (let t = 0; t < T; t++) {
    const at = T === 1 ? 0 : first + ((last - first) * t) / (T - 1);
    const t0 = Math.floor(at);
    const a = t0 * F;
    const b = Math.min(t0 + 1, T - 1) * F;
    const w = at - t0;
    for (let j = 0; j < F; j += C) {
      const x = (1 - w) * image[a + j]! + w * image[b + j]!;
      const y = (1 - w) * image[a + j + 1]! + w * image[b + j + 1]!;
      const o = offset + t * F + j;
      if (C === 3) {
        const z = (1 - w) * image[a + j + 2]! + w * image[b + j + 2]!;
        out[o] = cos * x + sin * z;
        out[o + 1] = scale * y;
        out[o + 2] = cos * z - sin * x;
      } else {
        out[o] = scale * x;
        out[o + 1] = scale * y;
      }
    }
  }
}

/** Images of one training step with their classes. */
export interface ImageBatch {
  /** Images [B, T, F]. */
  readonly x0: Float32Array;
  /** One-hot classes [B, K]. */
  readonly y: Float32Array;
  readonly labels: readonly number[];
}

/** A batch of varied training images, drawn with replacement: a pure function of (seed, step). */
export function drawBatch(
  set: TrainingImages,
  batchSize: number,
  seed: number,
  step: number,
  augmentation: Augmentation,
): ImageBatch {
  const random = keyedRandom(seed, 'batch', step);
  const size = set.spec.numFrames * frameSize(set.layout, set.spec);
  const x0 = new Float32Array(batchSize * size);
  const y = new Float32Array(batchSize * set.numClasses);
  const labels: number[] = [];
  for (let b = 0; b < batchSize; b++) {
    const i = random.int(set.images.length);
    writeAugmented(set, set.images[i]!, x0, b * size, random, augmentation);
    y[b * set.numClasses + set.labels[i]!] = 1;
    labels.push(set.labels[i]!);
  }
  return { x0, y, labels };
}
