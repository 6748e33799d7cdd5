import type { Clip } from '../core/clip.js';
import type { Layout } from '../core/layout.js';
import type { Engine } from '../engine/engine.js';
import type { ImageSpec } from '../generator/model/manifest.js';
import { createEvaluator } from './evaluator.js';
import { accuracyOf } from './metrics/confusion.js';
import { trainEvaluator } from './train-evaluator.js';

/** How recognizers are trained for the classification accuracy score. */
export interface RecognizerOptions {
  readonly engine: Engine;
  readonly layout: Layout;
  readonly classes: readonly string[];
  /** The form of the images; the same for every recognizer that is compared. */
  readonly image: ImageSpec;
  readonly steps: number;
  readonly seed: number;
  /** Called after every step. */
  readonly onStep?: ((step: number) => void) | undefined;
}

/**
 * Share of the test clips that a small recognizer (frame tokens, standard augmentation) reads after it learnt from `clips` alone:
 * the classification accuracy score of Ravuri and Vinyals (arXiv 1905.10887) where `clips` are synthetic.
 *
 * @throws as `trainEvaluator`
 */
export async function recognizerAccuracy(
  clips: readonly Clip[],
  test: readonly Clip[],
  { engine, layout, classes, image, steps, seed, onStep }: RecognizerOptions,
): Promise<number> {
  const subject = { clips, layout, classes, dataset: { name: 'recognizer', split: '', simulated: false, digest: '' } };
  const trained = await trainEvaluator(subject, {
    kind: 'frame-transformer',
    engine,
    seed,
    steps,
    learningRate: 1e-3,
    image,
    numFrames: image.numFrames,
    onProgress: onStep && (({ step }) => onStep(step)),
  });
  const recognizer = await createEvaluator(trained, engine);
  try {
    return accuracyOf(await recognizer.judge(test));
  } finally {
    await recognizer.close();
  }
}
