import type { Clip } from '../core/clip.js';
import type { Layout } from '../core/layout.js';
import type { Engine, NamedArray } from '../engine/engine.js';
import type { ImageSpec } from '../generator/model/manifest.js';
import { crossEntropy } from '../generator/networks/losses.js';
import { clipToImage, fitImageSpec, frameSize } from '../generator/representation.js';
import { type RunOptions, runTraining } from '../generator/training/run-training.js';
import { createTrainingImages, defaultAugmentation, drawBatch } from '../generator/training/training-images.js';
import { fingerprintOf, type TrainingSubject } from '../generator/training/training-subject.js';
import { createEvaluatorNetwork, type EvaluatorArchitecture } from './evaluator-network.js';

/** What an evaluator says of one clip. */
export interface Judgement {
  readonly label: number;
  readonly predicted: number;
  readonly features: Float32Array;
}

/** A trained judge of clips. */
export interface Evaluator {
  judge(clips: readonly Clip[]): Promise<Judgement[]>;
  close(): Promise<void>;
}

/** Averaged weights of a trained evaluator and the image form that it reads. */
export interface TrainedEvaluator {
  readonly architecture: EvaluatorArchitecture;
  readonly weights: Readonly<Record<string, NamedArray>>;
  readonly image: ImageSpec;
  readonly layout: Layout;
}

/**
 * Trains an evaluator on clips that the generator never saw (the other subjects). It must never guide or gate.
 *
 * @throws DataError CLIP_EMPTY; ModelError SAMPLE_NOT_FINITE
 */
export async function trainEvaluator(
  subject: TrainingSubject,
  engine: Engine,
  options: RunOptions & { readonly seed: number },
): Promise<TrainedEvaluator> {
  const B = 64;
  const image = fitImageSpec(subject.clips, subject.layout, 64);
  const set = createTrainingImages(subject.clips, subject.layout, subject.classes.length, image);
  const F = frameSize(subject.layout, image);
  const architecture: EvaluatorArchitecture = {
    numFrames: 64,
    frameSize: F,
    numClasses: subject.classes.length,
    width: 96,
    blocks: 3,
    heads: 4,
    features: 30,
  };
  const network = createEvaluatorNetwork(architecture);
  const trainer = await runTraining(
    {
      trainer: {
        engine,
        parameters: network.parameters,
        name: 'evaluator training step',
        seed: options.seed,
        emaDecay: 0.99,
        beta1: 0.9,
        beta2: 0.99,
        weightDecay: 0.05,
        inputs: { x: [B, 64, F], y: [B, subject.classes.length] },
        loss: (weights, { x, y }) => crossEntropy(network.forward(weights, x!).logits, y!, 0.1),
      },
      fingerprint: fingerprintOf(subject, { architecture, seed: options.seed, steps: options.steps, rate: options.learningRate }),
      feeds: (k) => {
        const { x0: x, y } = drawBatch(set, B, options.seed, k, defaultAugmentation);
        return { x, y };
      },
    },
    options,
  );
  const weights = await trainer.averaged();
  await trainer.close();
  return { architecture, weights, image, layout: subject.layout };
}

/** Compiles a trained evaluator for judging. */
export async function createEvaluator(
  { architecture, weights, image, layout }: TrainedEvaluator,
  engine: Engine,
): Promise<Evaluator> {
  const B = 64;
  const { numFrames: T, frameSize: F, numClasses: K, features: D } = architecture;
  const network = createEvaluatorNetwork(architecture);
  const compiled = await engine.compile(
    (tensors) => ({ ...network.forward(tensors, tensors.x!) }),
    { x: [B, T, F] },
    { name: 'evaluator', constants: weights },
  );
  return {
    async judge(clips) {
      const judgements: Judgement[] = [];
      for (let first = 0; first < clips.length; first += B) {
        const group = clips.slice(first, first + B);
        const x = new Float32Array(B * T * F);
        for (const [b, clip] of group.entries()) x.set(clipToImage(clip, layout, image).image, b * T * F);
        const { logits, features } = await compiled.run({ x });
        for (const [b, clip] of group.entries()) {
          const row = logits!.subarray(b * K, (b + 1) * K);
          judgements.push({
            label: clip.label,
            predicted: row.indexOf(Math.max(...row)),
            features: features!.slice(b * D, (b + 1) * D),
          });
        }
      }
      return judgements;
    },
    close: () => compiled.release(),
  };
}

/** Share of clips that are taken for what they should be. */
export function accuracyOf(judgements: readonly Judgement[]): number {
  return judgements.filter(({ label, predicted }) => label === predicted).length / judgements.length;
}
