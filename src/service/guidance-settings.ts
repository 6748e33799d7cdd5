import type { Config } from '../config/index.js';
import type { LiveSettings } from '../core/source.js';
import { type ModelManifest, samplingOf } from '../generator/index.js';

/**
 * The scales of guidance as live settings. The one of the transformer is there where the model has one, the classifier-free one
 * unless an early snapshot guides in its place.
 */
export function guidanceSettings(
  { generator }: Pick<Config, 'generator'>,
  manifest: Pick<ModelManifest, 'networks'>,
): Partial<LiveSettings> {
  const { preset, model: _model, groupSize: _size, freshTarget: _fresh, cacheBytes: _bytes, ...named } = generator;
  const { classifierFreeScale, classifierScale, autoguidanceScale } = samplingOf(preset, named);
  return {
    ...(autoguidanceScale === 1 ? { 'guidance.classifierFree': classifierFreeScale } : {}),
    ...(manifest.networks['st-trans'] ? { 'guidance.classifier': classifierScale } : {}),
  };
}
