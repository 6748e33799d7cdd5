import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import type { ModelManifest } from '../generator/index.js';
import type { Dataset } from '../loader/index.js';
import { checkModelFits } from './check-model-fits.js';
import { openConfiguredDataset } from './open-configured-dataset.js';

/** The configuration under which the clips of a model's training are opened: its split and, where it had one, its subset. */
export function trainingDataOf(config: Config, { dataset }: Pick<ModelManifest, 'dataset'>): Config {
  const { split, clipsPerClass, subsetSeed } = dataset;
  return { ...config, split, clipsPerClass, subsetSeed };
}

/**
 * Opens the clips that a model was trained on, in the data set that the configuration names.
 *
 * @param folder of the model, for messages
 * @throws as `openConfiguredDataset` and `checkModelFits`
 */
export async function openModelData(config: Config, manifest: ModelManifest, folder: string, logger: Logger): Promise<Dataset> {
  const dataset = await openConfiguredDataset(trainingDataOf(config, manifest), logger);
  checkModelFits(manifest, folder, dataset, logger);
  return dataset;
}
