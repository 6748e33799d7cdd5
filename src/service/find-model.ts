import { type Config, largestRatio } from '../config/index.js';
import { ModelError, SkelmixError } from '../core/errors.js';
import { type Logger, silentLogger } from '../core/logger.js';
import { type ModelManifest, readManifest } from '../generator/index.js';
import { checkModelFits, type ModelTarget } from './check-model-fits.js';
import { bundledModels, modelFolder } from './model-folder.js';

export interface FoundModel {
  readonly folder: string;
  readonly manifest: ModelManifest;
}

/**
 * The model that a stream mixes in: the one that is named, else the bundled one with the data set's name. None where nobody
 * asks for synthetic samples (ratio 0) and the bundled one is missing or does not fit.
 *
 * @throws ModelError MODEL_MISSING, MODEL_MISMATCH where a named model, or one that the ratio needs, can't be used
 */
export async function findModel(config: Config, data: ModelTarget, logger: Logger): Promise<FoundModel | null> {
  const named = config.generator.model;
  const ratio = largestRatio(config.mix);
  if (named === undefined && !(await bundledModels()).includes(data.name)) {
    if (ratio === 0) return null;
    throw new ModelError(
      'MODEL_MISSING',
      `${config.mix.schedule ? 'mix.schedule goes up to' : 'mix.ratio is'} ${ratio}, but there is no bundled model for ${data.name}: name one with --model, train one with ` +
        '"skelmix train all", or stream real samples only with --ratio 0',
      { details: { dataset: data.name, ratio } },
    );
  }
  const folder = await modelFolder(named ?? data.name);
  try {
    const manifest = await readManifest(folder);
    // Where nobody asks for the model yet, its small differences are no news.
    checkModelFits(manifest, folder, data, named === undefined && ratio === 0 ? silentLogger : logger);
    return { folder, manifest };
  } catch (error) {
    if (named !== undefined || ratio > 0 || !(error instanceof SkelmixError)) throw error;
    logger.info(`no generator: ${error.message}`);
    return null;
  }
}
