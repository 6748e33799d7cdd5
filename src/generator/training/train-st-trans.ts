import { keyedRandom } from '../../core/random.js';
import { crossEntropy } from '../networks/losses.js';
import { createStTrans, type StTransArchitecture } from '../networks/st-trans.js';
import { frameSize } from '../representation.js';
import type { RunOptions } from './run-training.js';
import { trainNetwork } from './train-network.js';
import type { TrainedNetwork } from './trained-network.js';
import { drawBatch } from './training-images.js';
import { imagesOf, type TrainingSettings, type TrainingSubject, withDefaults } from './training-subject.js';

/** Settings of an ST-Trans' training. */
export interface StTransTraining extends TrainingSettings, RunOptions {
  /** Default 64, 2, 2 and the largest divisor of the frames up to 8: a guide that is cheap, since it runs at every other step. */
  readonly width?: number | undefined;
  readonly blocks?: number | undefined;
  readonly heads?: number | undefined;
  readonly patch?: number | undefined;
  /** Default 0.1. */
  readonly labelSmoothing?: number | undefined;
  /** Half of the images get noise of up to this deviation, so that the gradient means something on early estimates. Default 0.5. */
  readonly noise?: number | undefined;
}

function largestDivisor(value: number, most: number): number {
  let divisor = Math.min(value, most);
  while (value % divisor !== 0) divisor--;
  return divisor;
}

/**
 * Trains ST-Trans to classify clean and blurred images of the training clips.
 *
 * @throws DataError CLIP_EMPTY; ModelError CHECKPOINT_INVALID, SAMPLE_NOT_FINITE
 */
export async function trainStTrans(subject: TrainingSubject, options: StTransTraining): Promise<TrainedNetwork> {
  const settings = withDefaults(options, subject);
  const { seed, batchSize: B, numFrames: T, augmentation } = settings;
  const { labelSmoothing = 0.1, noise = 0.5 } = options;
  const images = imagesOf(subject, T);
  const F = frameSize(subject.layout, images.spec);
  const K = subject.classes.length;
  const architecture: StTransArchitecture = {
    kind: 'st-trans',
    numFrames: T,
    numJoints: F / subject.layout.channels,
    channels: subject.layout.channels,
    numClasses: K,
    width: options.width ?? 64,
    blocks: options.blocks ?? 2,
    heads: options.heads ?? 2,
    patch: options.patch ?? largestDivisor(T, 8),
  };
  const network = createStTrans(architecture);
  const feeds = (k: number) => {
    const { x0: x, y } = drawBatch(images, B, seed, k, augmentation);
    const random = keyedRandom(seed, 'blur', k);
    for (let b = 0; b < B; b++) {
      if (random.uniform() < 0.5) continue;
      const deviation = noise * random.uniform();
      for (let i = b * T * F; i < (b + 1) * T * F; i++) x[i]! += deviation * random.normal();
    }
    return { x, y };
  };

  return trainNetwork(
    subject,
    images,
    {
      kind: 'st-trans',
      architecture: { ...architecture },
      parameters: network.parameters,
      optimizer: { beta1: 0.9, beta2: 0.99, weightDecay: 0.05 },
      emaDecay: 0.99,
      inputs: { x: [B, T, F], y: [B, K] },
      loss: (weights, { x, y }) => crossEntropy(network.forward(weights, x!), y!, labelSmoothing),
      feeds,
      facts: { labelSmoothing, noise },
    },
    { ...options, ...settings },
  );
}
