import type { Layout } from '../core/layout.js';
import { keyedRandom } from '../core/random.js';
import type { Engine, NamedArray } from '../engine/engine.js';
import type { ImageSpec, ModelManifest } from '../generator/model/manifest.js';
import { crossEntropy } from '../generator/networks/losses.js';
import { countParameters } from '../generator/networks/parameters.js';
import { type RunOptions, runTraining } from '../generator/training/run-training.js';
import { type Augmentation, defaultAugmentation, drawBatch } from '../generator/training/training-images.js';
import { fingerprintOf, imagesOf, type TrainingSubject } from '../generator/training/training-subject.js';
import { createJudgeNetwork } from './networks/create-judge-network.js';
import type { JudgeArchitecture, JudgeKind } from './networks/judge-network.js';

/** Settings of an evaluation net's training. */
export interface EvaluatorTraining extends RunOptions {
  readonly kind: JudgeKind;
  readonly engine: Engine;
  readonly seed: number;
  /** Frames of an image. Default 64. */
  readonly numFrames?: number | undefined;
  /** Default 64. */
  readonly batchSize?: number | undefined;
  /** Default by kind, see `JUDGE_DEFAULTS`. */
  readonly width?: number | undefined;
  readonly blocks?: number | undefined;
  readonly augmentation?: Augmentation | undefined;
  /** The form of the images; default: fitted to the clips. */
  readonly image?: ImageSpec | undefined;
}

/** Averaged weights of an evaluation net, the form of its images, and how it came to be. */
export interface TrainedEvaluator {
  readonly architecture: JudgeArchitecture;
  readonly weights: Readonly<Record<string, NamedArray>>;
  readonly image: ImageSpec;
  readonly layout: Layout;
  readonly classes: readonly string[];
  /** The very clips that it learnt from: no figure may be taken of a model that knows them. */
  readonly dataset: ModelManifest['dataset'];
  readonly training: Readonly<Record<string, number | string>>;
}

/** How each kind is built and trained where nothing else is said. */
interface JudgeDefaults {
  readonly width: number;
  readonly blocks: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly dropout: number;
  /** Half of the images get noise of up to this deviation (images have unit root mean square). */
  readonly noise: number;
  readonly weightDecay: number;
}

/** Chosen on UTD-MHAD, trained on one half of the people and read on the other. */
export const JUDGE_DEFAULTS: Readonly<Record<JudgeKind, JudgeDefaults>> = {
  gru: { width: 128, blocks: 2, steps: 1200, learningRate: 4e-3, dropout: 0.3, noise: 0.1, weightDecay: 0.05 },
  'st-gcn': { width: 48, blocks: 3, steps: 1000, learningRate: 4e-3, dropout: 0.2, noise: 0, weightDecay: 0.05 },
  'frame-transformer': { width: 96, blocks: 3, steps: 1200, learningRate: 1e-3, dropout: 0, noise: 0, weightDecay: 0.05 },
};

const FEATURES = 30;
const LABEL_SMOOTHING = 0.1;
const EMA_DECAY = 0.99;

/** Factors of dropout [B, size]: 0 with probability p, else 1 / (1 - p). */
function drawKeep(B: number, size: number, p: number, seed: number, step: number): Float32Array {
  const random = keyedRandom(seed, 'dropout', step);
  return Float32Array.from({ length: B * size }, () => (random.uniform() < p ? 0 : 1 / (1 - p)));
}

/** Blurs half of the images of a batch, in place. */
function addNoise(x: Float32Array, B: number, deviation: number, seed: number, step: number): void {
  const random = keyedRandom(seed, 'blur', step);
  const size = x.length / B;
  for (let b = 0; b < B; b++) {
    if (random.uniform() < 0.5) continue;
    const by = deviation * random.uniform();
    for (let i = b * size; i < (b + 1) * size; i++) if (x[i] !== 0) x[i]! += by * random.normal();
  }
}

/**
 * Trains an evaluation net on clips that the generator never saw (the other people). It must never guide or gate, which
 * `assertIndependent` sees to.
 *
 * @throws DataError CLIP_EMPTY; ModelError CHECKPOINT_INVALID, SAMPLE_NOT_FINITE
 */
export async function trainEvaluator(subject: TrainingSubject, options: EvaluatorTraining): Promise<TrainedEvaluator> {
  const { kind, engine, seed, numFrames: T = 64, batchSize: B = 64, augmentation = defaultAugmentation } = options;
  const defaults = JUDGE_DEFAULTS[kind];
  const { dropout, noise, weightDecay } = defaults;
  const images = imagesOf(subject, T, options.image);
  const { layout, classes } = subject;
  const architecture: JudgeArchitecture = {
    kind,
    numFrames: T,
    numPersons: images.spec.maxPersons,
    numJoints: layout.joints.length,
    channels: layout.channels,
    numClasses: classes.length,
    width: options.width ?? defaults.width,
    blocks: options.blocks ?? defaults.blocks,
    features: FEATURES,
  };
  const network = createJudgeNetwork(architecture, layout);
  const F = architecture.numPersons * architecture.numJoints * architecture.channels;
  const { yaw, scale, crop } = augmentation;
  const facts = {
    batchSize: B,
    learningRate: options.learningRate,
    seed,
    dropout,
    noise,
    labelSmoothing: LABEL_SMOOTHING,
    weightDecay,
    emaDecay: EMA_DECAY,
    yaw,
    scale,
    crop,
  };
  const trainer = await runTraining(
    {
      trainer: {
        engine,
        parameters: network.parameters,
        name: `${kind} training step`,
        seed,
        emaDecay: EMA_DECAY,
        beta1: 0.9,
        beta2: 0.99,
        weightDecay,
        inputs: { x: [B, T, F], y: [B, classes.length], ...(dropout > 0 ? { keep: [B, network.keepSize] } : {}) },
        loss: (weights, { x, y, keep }) =>
          crossEntropy(network.forward(weights, { x: x!, ...(keep ? { keep } : {}) }).logits, y!, LABEL_SMOOTHING),
      },
      fingerprint: fingerprintOf(subject, { architecture, steps: options.steps, image: images.spec, ...facts }),
      feeds: (k) => {
        const { x0: x, y } = drawBatch(images, B, seed, k, augmentation);
        if (noise > 0) addNoise(x, B, noise, seed, k);
        return { x, y, ...(dropout > 0 ? { keep: drawKeep(B, network.keepSize, dropout, seed, k) } : {}) };
      },
    },
    options,
  );
  const weights = await trainer.averaged();
  const counts = { steps: trainer.step, parameters: countParameters(network.parameters), finalLoss: trainer.loss };
  await trainer.close();
  const dataset = { ...subject.dataset, clips: subject.clips.length };
  return { architecture, weights, image: images.spec, layout, classes, dataset, training: { ...facts, ...counts } };
}
