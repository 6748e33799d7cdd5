import { cosineSchedule } from '../diffusion/schedule.js';
import { createDenoiser, type DenoiserArchitecture } from '../networks/denoiser.js';
import { denoisingLoss } from '../networks/losses.js';
import { frameSize } from '../representation.js';
import { LOSS_WEIGHT, lossWeight } from './loss-weight.js';
import { drawNoisedBatch } from './noised-batch.js';
import type { RunOptions } from './run-training.js';
import { trainNetwork } from './train-network.js';
import type { TrainedNetwork } from './trained-network.js';
import { imagesOf, type TrainingSettings, type TrainingSubject, withDefaults } from './training-subject.js';

/** Settings of a denoiser's training. */
export interface DenoiserTraining extends TrainingSettings, RunOptions {
  /** Default 128, 5 and 4: 1.5 M parameters at 20 joints. */
  readonly width?: number | undefined;
  readonly blocks?: number | undefined;
  readonly heads?: number | undefined;
  /** Weight of the velocity's error. Default 5. */
  readonly velocityWeight?: number | undefined;
  /** Share of the images that are learnt without their class, for classifier-free guidance. Default 0.1. */
  readonly conditionDropout?: number | undefined;
  /** `early`: a snapshot that is poor on purpose, for autoguidance. Default `denoiser`. */
  readonly kind?: 'denoiser' | 'early' | undefined;
}

/**
 * Trains a denoiser: predicts x0 from x_t at times drawn evenly, with weights `lossWeight`, AdamW and averaged weights.
 *
 * @throws DataError CLIP_EMPTY; ModelError CHECKPOINT_INVALID, SAMPLE_NOT_FINITE
 */
export async function trainDenoiser(subject: TrainingSubject, options: DenoiserTraining): Promise<TrainedNetwork> {
  const settings = withDefaults(options, subject);
  const { seed, batchSize: B, numFrames: T, augmentation } = settings;
  const { velocityWeight = 5, conditionDropout = 0.1 } = options;
  const images = imagesOf(subject, T);
  const F = frameSize(subject.layout, images.spec);
  const K = subject.classes.length;
  const architecture: DenoiserArchitecture = {
    kind: 'frame-transformer',
    numFrames: T,
    frameSize: F,
    numClasses: K,
    width: options.width ?? 128,
    blocks: options.blocks ?? 5,
    heads: options.heads ?? 4,
  };
  const network = createDenoiser(architecture);
  const feeds = (k: number) => {
    const batch = drawNoisedBatch(images, k, { batchSize: B, seed, augmentation, conditionDropout });
    return { ...batch, weight: batch.t.map(lossWeight) };
  };

  return trainNetwork(
    subject,
    images,
    {
      kind: options.kind ?? 'denoiser',
      architecture: { ...architecture },
      parameters: network.parameters,
      optimizer: { beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
      emaDecay: 0.999,
      inputs: { x: [B, T, F], x0: [B, T, F], t: [B], y: [B, K], weight: [B] },
      loss: (weights, { x, x0, t, y, weight }) =>
        denoisingLoss(network.forward(weights, { x: x!, t: t!, y: y! }), x0!, weight!, velocityWeight),
      feeds,
      facts: { schedule: cosineSchedule.name, prediction: 'x0', lossWeight: LOSS_WEIGHT, velocityWeight, conditionDropout },
    },
    { ...options, ...settings },
  );
}
