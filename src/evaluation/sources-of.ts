import type { ModelManifest } from '../generator/model/manifest.js';
import type { TrainingSubject } from '../generator/training/training-subject.js';
import { SOURCES_PER_CLASS, type SourceImages, sourceImages } from '../generator/variation/source-images.js';
import { chooseClips } from '../loader/index.js';

/**
 * The clips that a stream would vary, out of the training clips at hand: at most `SOURCES_PER_CLASS` of each class.
 *
 * @throws as `sourceImages`
 */
export async function sourcesOf(train: TrainingSubject, manifest: ModelManifest, seed: number): Promise<SourceImages> {
  const chosen = chooseClips(
    train.clips.map(({ id, label }) => ({ id, label })),
    { clipsPerClass: SOURCES_PER_CLASS, seed },
  );
  return sourceImages(
    chosen.map((index) => train.clips[index]!),
    train.dataset.digest,
    manifest,
  );
}
