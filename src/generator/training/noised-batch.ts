import { keyedRandom } from '../../core/random.js';
import { cosineSchedule } from '../diffusion/schedule.js';
import { frameSize } from '../representation.js';
import { type Augmentation, drawBatch, type TrainingImages } from './training-images.js';

/** What one step of a denoiser's training is made of. */
export interface NoisedBatch {
  /** Images x_t [B, T, F]. */
  readonly x: Float32Array;
  /** Clean images [B, T, F]. */
  readonly x0: Float32Array;
  /** Diffusion times [B]. */
  readonly t: Float32Array;
  /** One-hot classes [B, K]; zeros where the class is left out. */
  readonly y: Float32Array;
}

/** How a batch is drawn. */
export interface NoisedBatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  readonly augmentation: Augmentation;
  /** Share of the images that come without their class. */
  readonly conditionDropout: number;
}

/** Varied training images with noise of a time drawn evenly from (0, 1): a pure function of (seed, step). */
export function drawNoisedBatch(images: TrainingImages, step: number, options: NoisedBatchOptions): NoisedBatch {
  const { batchSize: B, seed, augmentation, conditionDropout } = options;
  const size = images.spec.numFrames * frameSize(images.layout, images.spec);
  const K = images.numClasses;
  const { x0, y } = drawBatch(images, B, seed, step, augmentation);
  const random = keyedRandom(seed, 'noise', step);
  const t = new Float32Array(B);
  const x = new Float32Array(x0.length);
  for (let b = 0; b < B; b++) {
    t[b] = 0.001 + 0.998 * random.uniform();
    const alpha = cosineSchedule.alpha(t[b]!);
    const sigma = cosineSchedule.sigma(t[b]!);
    for (let i = b * size; i < (b + 1) * size; i++) x[i] = alpha * x0[i]! + sigma * random.normal();
    if (random.uniform() < conditionDropout) y.fill(0, b * K, (b + 1) * K);
  }
  return { x, x0, t, y };
}
