import type { NamedArray } from '../../engine/engine.js';
import type { ClipQuality } from '../gate/clip-quality.js';
import { createDigester, DIGEST_SIZE, nearestDigest } from '../gate/digest.js';
import { fitGateBounds } from '../gate/gate-bounds.js';
import { compileLikelihood, DIGESTS, type GateArchitecture } from '../gate/gate-network.js';
import { motionQuality } from '../gate/image-quality.js';
import type { Model } from '../model/load-model.js';
import { createFrameTransformer } from '../networks/frame-transformer.js';
import { crossEntropy } from '../networks/losses.js';
import { frameSize } from '../representation.js';
import { remakeBones } from './remake-bones.js';
import type { Progress, RunOptions } from './run-training.js';
import { trainNetwork } from './train-network.js';
import type { TrainedNetwork } from './trained-network.js';
import { drawBatch, type TrainingImages } from './training-images.js';
import { imagesOf, type TrainingSettings, type TrainingSubject, withDefaults } from './training-subject.js';

/** Settings of a gate's training. */
export interface GateTraining extends TrainingSettings, RunOptions {
  /** Default 64 and 2: it is to cost next to nothing beside the sampling. */
  readonly width?: number | undefined;
  readonly blocks?: number | undefined;
  /** The model whose clips will be judged: its bones widen the bounds of that criterion (`remakeBones`). Default: none. */
  readonly model?: Model | undefined;
}

const FEATURES = 30;
const LABEL_SMOOTHING = 0.1;
/** Parts of the clips; what a clip is likely to be is said by a net that learnt from the other parts. */
const FOLDS = 2;
/** Images that are judged in one run. */
const CHUNK = 64;

/** Number of the fold of each clip: the clips of a class take turns. */
function foldsOf(labels: readonly number[]): number[] {
  const seen = new Map<number, number>();
  return labels.map((label) => {
    const n = seen.get(label) ?? 0;
    seen.set(label, n + 1);
    return n % FOLDS;
  });
}

/** Makes the progress of several trainings one after the other that of one. */
function joinProgress(show: ((progress: Progress) => void) | undefined, run: number, runs: number) {
  if (!show) return undefined;
  return (progress: Progress): void => {
    const { steps, stepsPerSecond, etaMs } = progress;
    const later = ((runs - run - 1) * steps * 1000) / stepsPerSecond;
    show({ ...progress, step: run * steps + progress.step, steps: runs * steps, etaMs: etaMs + later });
  };
}

/** log p(label | image) of each image under the given weights. */
async function likelihoodsOf(
  { images, labels, numClasses }: Pick<TrainingImages, 'images' | 'labels' | 'numClasses'>,
  architecture: GateArchitecture,
  weights: Readonly<Record<string, NamedArray>>,
  engine: GateTraining['engine'],
): Promise<number[]> {
  const compiled = await compileLikelihood(engine, architecture, weights);
  const found: number[] = [];
  try {
    for (let first = 0; first < images.length; first += CHUNK) {
      const some = images.slice(first, first + CHUNK);
      const size = some[0]!.length;
      const x = new Float32Array(some.length * size);
      const y = new Float32Array(some.length * numClasses);
      for (const [b, image] of some.entries()) {
        x.set(image, b * size);
        y[b * numClasses + labels[first + b]!] = 1;
      }
      found.push(...(await compiled.run({ x, y })).likelihood!);
    }
  } finally {
    await compiled.release();
  }
  return found;
}

/**
 * Trains the classifier of a quality gate and measures what the training clips are like, class by class. Their likelihoods come
 * from two more trainings on one half of the clips each, judging the other half: a net is too sure of the clips that it learnt
 * from, and clips that are new to it would fail. Distances to the nearest training clip leave out the clip itself.
 *
 * @throws DataError CLIP_EMPTY; ModelError CHECKPOINT_INVALID, SAMPLE_NOT_FINITE, MODEL_MISMATCH (a model of other clips)
 */
export async function trainGate(subject: TrainingSubject, options: GateTraining): Promise<TrainedNetwork> {
  const settings = withDefaults(options, subject);
  const { engine, seed, batchSize: B, numFrames: T, augmentation } = settings;
  const { layout, classes } = subject;
  const all = imagesOf(subject, T);
  const F = frameSize(layout, all.spec);
  const architecture: GateArchitecture = {
    kind: 'frame-transformer',
    numFrames: T,
    numPersons: all.spec.maxPersons,
    numJoints: layout.joints.length,
    channels: layout.channels,
    numClasses: classes.length,
    width: options.width ?? 64,
    blocks: options.blocks ?? 2,
    features: FEATURES,
    references: all.images.length,
  };
  const network = createFrameTransformer(architecture);
  const trainOn = (images: TrainingImages, run: number, seedOfRun: number): Promise<TrainedNetwork> =>
    trainNetwork(
      subject,
      images,
      {
        kind: 'gate',
        architecture: { ...architecture },
        parameters: network.parameters,
        optimizer: { beta1: 0.9, beta2: 0.99, weightDecay: 0.05 },
        emaDecay: 0.99,
        inputs: { x: [B, T, F], y: [B, classes.length] },
        loss: (weights, { x, y }) => crossEntropy(network.forward(weights, { x: x! }).logits, y!, LABEL_SMOOTHING),
        feeds: (k) => {
          const { x0: x, y } = drawBatch(images, B, seedOfRun, k, augmentation);
          return { x, y };
        },
        facts: { labelSmoothing: LABEL_SMOOTHING, folds: FOLDS },
      },
      {
        ...options,
        ...settings,
        seed: seedOfRun,
        checkpoint: run === 0 ? options.checkpoint : undefined,
        onProgress: joinProgress(options.onProgress, run, 1 + FOLDS),
      },
    );
  // First, since a model of other clips is refused here.
  const remade = options.model ? await remakeBones(subject, options.model, engine, seed) : [];
  const gate = await trainOn(all, 0, seed);

  const folds = foldsOf(all.labels);
  const likelihoods = new Float64Array(all.images.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const inFold = all.images.flatMap((_, i) => (folds[i] === fold ? [i] : []));
    const others = all.images.flatMap((_, i) => (folds[i] === fold ? [] : [i]));
    const part = (numbers: readonly number[]): TrainingImages => ({
      ...all,
      images: numbers.map((i) => all.images[i]!),
      labels: numbers.map((i) => all.labels[i]!),
    });
    // A single clip can't be judged by one that knows others.
    const judge = others.length === 0 ? gate : await trainOn(part(others), 1 + fold, seed);
    const found = await likelihoodsOf(part(inFold), architecture, judge.weights, engine);
    for (const [n, i] of inFold.entries()) likelihoods[i] = found[n]!;
  }

  const digest = createDigester(T * F);
  const digests = new Float32Array(all.images.length * DIGEST_SIZE);
  for (const [i, image] of all.images.entries()) digests.set(digest(image), i * DIGEST_SIZE);
  const qualities = all.images.map((image, i): ClipQuality => {
    const own = digests.subarray(i * DIGEST_SIZE, (i + 1) * DIGEST_SIZE);
    return {
      likelihood: likelihoods[i]!,
      ...motionQuality(image, all.labels[i]!, layout, all.spec),
      nearest: nearestDigest(own, digests, i),
    };
  });
  return {
    ...gate,
    weights: { ...gate.weights, [DIGESTS]: { shape: [all.images.length, DIGEST_SIZE], data: digests } },
    gate: fitGateBounds(qualities, all.labels, classes.length, remade),
  };
}
