export { checkModelFits, type ModelTarget } from './check-model-fits.js';
export { createLoader, type Loader, type LoaderOptions } from './create-loader.js';
export { createService, type Service, type ServiceOptions } from './create-service.js';
export { generatorOptions } from './generator-options.js';
export { bundledModels, modelFolder } from './model-folder.js';
export { openConfiguredDataset } from './open-configured-dataset.js';
export { openModelData, trainingDataOf } from './open-model-data.js';
export { readSources } from './read-sources.js';
