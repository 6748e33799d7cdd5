import { type Config, isTrainingSplit, requireData } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import { type Dataset, loadLayout, openDataset } from '../loader/index.js';

/**
 * Opens the data set that a configuration names, with its split, layout, seed and bad-file policy; of a training split as many
 * clips of a class as it says. Splits for evaluation are always whole.
 *
 * @throws ConfigError CONFIG_INVALID (none named, an unknown one); DataError as `openDataset` and `loadLayout`
 */
export async function openConfiguredDataset(config: Config, logger: Logger): Promise<Dataset> {
  const spec = requireData(config);
  const { split, seed, layout, loader, clipsPerClass } = config;
  const isPart = clipsPerClass !== undefined && isTrainingSplit(split);
  return openDataset(spec, {
    split,
    seed,
    onError: loader.onError,
    logger,
    ...(isPart ? { subset: { clipsPerClass, seed: config.subsetSeed ?? seed } } : {}),
    ...(layout === undefined ? {} : { layout: await loadLayout(layout) }),
  });
}
