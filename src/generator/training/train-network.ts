import type { Tensor } from '@tensorflow/tfjs';
import type { NamedArray, Shape, Tensors } from '../../engine/engine.js';
import { countParameters, type ParameterSpec } from '../networks/parameters.js';
import type { OptimizerOptions } from './optimizer.js';
import { type RunOptions, runTraining } from './run-training.js';
import type { TrainedNetwork } from './trained-network.js';
import type { TrainingImages } from './training-images.js';
import { fingerprintOf, type TrainingSubject, type withDefaults } from './training-subject.js';

/** What tells the training of one network from that of another. */
export interface NetworkTraining {
  readonly kind: TrainedNetwork['kind'];
  readonly architecture: TrainedNetwork['architecture'];
  readonly parameters: readonly ParameterSpec[];
  readonly optimizer: OptimizerOptions;
  readonly emaDecay: number;
  readonly inputs: Readonly<Record<string, Shape>>;
  /** Scalar loss of weights (by parameter name) and inputs. */
  readonly loss: (weights: Tensors, inputs: Tensors) => Tensor;
  /** Inputs of step k, a pure function of k. */
  readonly feeds: (k: number) => Record<string, Float32Array>;
  /** Values that parameters of these names start from, instead of fresh ones. */
  readonly start?: Readonly<Record<string, NamedArray>>;
  /** Arrays that the loss is given beside its inputs and that never change. */
  readonly constants?: Readonly<Record<string, NamedArray>>;
  /** The network's own settings: they go into the manifest, and a checkpoint of others is refused. */
  readonly facts: Readonly<Record<string, number | string>>;
}

/** Trains a network on images and says how it came to be. Errors as `runTraining`. */
export async function trainNetwork(
  subject: TrainingSubject,
  images: TrainingImages,
  training: NetworkTraining,
  options: RunOptions & ReturnType<typeof withDefaults>,
): Promise<TrainedNetwork> {
  const { kind, architecture, parameters, optimizer, emaDecay, inputs, loss, feeds, start, constants } = training;
  const { engine, seed, batchSize, learningRate, steps, augmentation } = options;
  const { yaw, scale, crop } = augmentation;
  const facts = { batchSize, learningRate, seed, ...training.facts, ...optimizer, emaDecay, yaw, scale, crop };
  const trainer = await runTraining(
    {
      trainer: {
        engine,
        parameters,
        name: `${kind} training step`,
        seed,
        emaDecay,
        ...optimizer,
        inputs,
        loss,
        start,
        constants,
      },
      fingerprint: fingerprintOf(subject, { architecture, steps, ...facts }),
      feeds,
    },
    options,
  );
  const weights = await trainer.averaged();
  const counts = { steps: trainer.step, parameters: countParameters(parameters), finalLoss: trainer.loss };
  await trainer.close();
  return { kind, architecture, weights, image: images.spec, training: { ...facts, ...counts } };
}
