import type { Engine } from '../../engine/engine.js';
import { createClipGenerator } from '../create-clip-generator.js';
import { boneVariationOf } from '../gate/bone-variation.js';
import type { Model } from '../model/load-model.js';
import { defaultSampling } from '../sampling-settings.js';
import { sourceImages } from '../variation/source-images.js';
import type { TrainingSubject } from './training-subject.js';

/** Diffusion time to which recordings are noised: the motion stays that of the recording, its bones are the model's. */
const REMADE_FROM = 0.5;
/** Clips that are remade: a quantile of 0.98 rests on the five highest. */
const REMADE = 256;

/**
 * Variation of the bones' lengths in training clips that the model noised half way and denoised, before bones are projected: what a
 * model does even to clips whose motion is right by construction.
 *
 * @returns one value for each of 256 clips, classes in turn; values without meaning (a layout without bones) are left out
 * @throws ModelError MODEL_MISMATCH where the model was trained on other clips; as `createClipGenerator`
 */
export async function remakeBones(subject: TrainingSubject, model: Model, engine: Engine, seed: number): Promise<number[]> {
  const sources = await sourceImages(subject.clips, subject.dataset.digest, model.manifest);
  const generator = createClipGenerator({
    model,
    engine,
    seed,
    settings: {
      ...defaultSampling,
      ...(model.stTrans ? {} : { classifierScale: 0 }),
      projectBones: false,
      variation: REMADE_FROM,
    },
    groupSize: 32,
    sources,
  });
  const labels = [...new Set(sources.labels)].sort((a, b) => a - b);
  try {
    const clips = await generator.generate(
      Array.from({ length: REMADE }, (_, i) => labels[i % labels.length]!),
      0,
    );
    return clips.map((clip) => boneVariationOf(clip, subject.layout)).filter(Number.isFinite);
  } finally {
    await generator.close();
  }
}
