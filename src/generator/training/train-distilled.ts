import { keyedRandom } from '../../core/random.js';
import type { Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import type { Model } from '../model/load-model.js';
import { createDenoiser, type DenoiserArchitecture } from '../networks/denoiser.js';
import { squaredError } from '../networks/losses.js';
import { frameSize } from '../representation.js';
import { lossWeight } from './loss-weight.js';
import { drawNoisedBatch } from './noised-batch.js';
import type { RunOptions } from './run-training.js';
import { trainNetwork } from './train-network.js';
import type { TrainedNetwork } from './trained-network.js';
import { createTrainingImages } from './training-images.js';
import { type TrainingSettings, type TrainingSubject, withDefaults } from './training-subject.js';

/** Settings of a distillation. */
export interface DistilledTraining extends Omit<TrainingSettings, 'numFrames'>, RunOptions {
  /** The model whose denoiser is the teacher. */
  readonly model: Model;
  /** Largest classifier-free scale that is learnt. Default 3. */
  readonly maxScale?: number | undefined;
}

const TEACHER = 'teacher/';

/**
 * Teaches a denoiser its own classifier-free guidance, with the scale as an input, so that a guided estimate costs one pass
 * instead of two (stage one of Meng et al., arXiv 2210.03142). The student starts as the teacher; its target is
 * D_u + w (D_c - D_u) of the teacher with w drawn evenly from 1 to `maxScale`.
 *
 * @throws DataError CLIP_EMPTY, LAYOUT_MISMATCH; ModelError CHECKPOINT_INVALID, SAMPLE_NOT_FINITE
 */
export async function trainDistilled(subject: TrainingSubject, options: DistilledTraining): Promise<TrainedNetwork> {
  const settings = withDefaults(options, subject);
  const { model, maxScale = 3 } = options;
  const { seed, batchSize: B, augmentation } = settings;
  const { manifest, denoiser: teacher } = model;
  const { image } = manifest;
  const images = createTrainingImages(subject.clips, subject.layout, subject.classes.length, image);
  const [T, F, K] = [image.numFrames, frameSize(subject.layout, image), subject.classes.length];
  const entry = manifest.networks.denoiser!;
  const architecture: DenoiserArchitecture = { ...(entry.architecture as unknown as DenoiserArchitecture), maxScale };
  const student = createDenoiser(architecture);

  const teacherFact = (name: string): number | string => entry.training[name] ?? 'unknown';

  const feeds = (k: number) => {
    const { x, t, y } = drawNoisedBatch(images, k, { batchSize: B, seed, augmentation, conditionDropout: 0.1 });
    const random = keyedRandom(seed, 'scale', k);
    const scale = Float32Array.from({ length: B }, () => 1 + (maxScale - 1) * random.uniform());
    return { x, t, y, scale, weight: t.map(lossWeight) };
  };
  const loss = (weights: Tensors, tensors: Tensors): tf.Tensor => {
    const { x, t, y, scale, weight } = tensors as Record<'x' | 't' | 'y' | 'scale' | 'weight', tf.Tensor>;
    const own = Object.fromEntries(Object.keys(teacher.weights).map((name) => [name, tensors[TEACHER + name]!]));
    const one = tf.onesLike(scale);
    const conditional = teacher.network.forward(own, { x, t, y, scale: one });
    const unconditional = teacher.network.forward(own, { x, t, y: tf.zerosLike(y), scale: one });
    const w = tf.reshape(scale, [-1, 1, 1]);
    const target = tf.add(unconditional, tf.mul(tf.sub(conditional, unconditional), w));
    return squaredError(student.forward(weights, { x, t, y, scale }), target, weight);
  };
  return trainNetwork(
    subject,
    images,
    {
      kind: 'denoiser',
      architecture: { ...architecture },
      parameters: student.parameters,
      start: teacher.weights,
      constants: Object.fromEntries(Object.entries(teacher.weights).map(([name, array]) => [TEACHER + name, array])),
      optimizer: { beta1: 0.9, beta2: 0.99, weightDecay: 0 },
      emaDecay: 0.995,
      inputs: { x: [B, T, F], t: [B], y: [B, K], scale: [B], weight: [B] },
      loss,
      feeds,
      facts: { maxScale, teacher: manifest.version, teacherSteps: teacherFact('steps'), teacherCommand: teacherFact('command') },
    },
    { ...options, ...settings, numFrames: T },
  );
}
