import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import { SOURCES_PER_CLASS, type SourceImages, type SourcesOf, sourceImages } from '../generator/index.js';
import { type Dataset, takeClips } from '../loader/index.js';

/**
 * Reads the training clips that variation mode draws from: up to `SOURCES_PER_CLASS` of each class, one after the other, of which
 * only the images are kept.
 *
 * @param dataset the split that the model was trained on
 * @param signal ends the reading; rejects with its reason
 * @throws ModelError MODEL_MISMATCH (other clips than the model's); DataError of a bad clip, as `loader.onError` says
 */
export async function readSources(
  { seed, loader }: Config,
  dataset: Dataset,
  model: SourcesOf,
  logger: Logger,
  signal?: AbortSignal,
): Promise<SourceImages> {
  const policy = { onError: loader.onError, logger };
  // Chosen by their ids alone, so that whoever only has the clips finds the same ones.
  const items = dataset.items.map(({ id, label }) => ({ id, label }));
  const { clips } = takeClips({ ...dataset, items }, { clipsPerClass: SOURCES_PER_CLASS, seed }, policy);
  const until = async function* () {
    for await (const clip of clips()) {
      signal?.throwIfAborted();
      yield clip;
    }
  };
  return sourceImages(until(), dataset.digest, model);
}
