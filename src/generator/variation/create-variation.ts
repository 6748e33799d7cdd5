import { ConfigError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import { keyedRandom } from '../../core/random.js';
import { cosineSchedule } from '../diffusion/schedule.js';
import type { ModelManifest } from '../model/manifest.js';
import type { SamplingSettings } from '../sampling-settings.js';
import { defaultAugmentation, writeAugmented } from '../training/training-images.js';
import { assertSourcesFit, type SourceImages } from './source-images.js';

/** A training clip that one clip starts from. */
export interface VariedSource {
  readonly id: string;
  /** Image [T, M V C], turned and scaled where the settings say so. Read-only. */
  readonly image: Float32Array;
}

/** Draws the training clips that generated ones start from. */
export interface Variation {
  /** The clip that clip `index` of a class starts from, a pure function of (seed, index, label); undefined where the class has none. */
  sourceOf(index: number, label: number): VariedSource | undefined;
  /** True where some class has no training clip. */
  readonly hasGaps: boolean;
}

/** What a variation draws from and how. */
export interface VariationOptions {
  readonly sources: SourceImages | undefined;
  readonly manifest: ModelManifest;
  readonly settings: SamplingSettings;
  readonly seed: number;
  /** Told, once, which classes have no clip to vary. Default: silent. */
  readonly logger?: Logger | undefined;
}

/** The turn and size of training, without its crop: the source keeps its length. */
const AUGMENTATION = { ...defaultAugmentation, crop: 0 };

/**
 * Variation mode (SDEdit, arXiv 2108.01073): undefined where the settings turn it off.
 *
 * @throws ConfigError CONFIG_INVALID (no sources); ModelError MODEL_MISMATCH (sources of other clips than the model's)
 */
export function createVariation({ sources, manifest, settings, seed, logger }: VariationOptions): Variation | undefined {
  if (settings.variation === 0) return undefined;
  if (!sources)
    throw new ConfigError(
      'CONFIG_INVALID',
      `generator.variation is ${settings.variation}, but there are no training clips to vary: name the model's data with --data, or set it to 0`,
    );
  assertSourcesFit(sources.digest, manifest);
  const { layout, image: spec, classes } = manifest;
  const byClass = classes.map((): number[] => []);
  for (const [at, label] of sources.labels.entries()) byClass[label]?.push(at);
  const missing = classes.filter((_, label) => byClass[label]!.length === 0);
  if (missing.length > 0)
    (logger ?? silentLogger).warn(
      `${missing.length} of ${classes.length} classes have no training clip to vary; their clips start from noise: ${missing.join(', ')}`,
      coded('VARIATION_GAPS', { classes: missing }),
    );
  return {
    hasGaps: missing.length > 0,
    sourceOf(index, label) {
      const places = byClass[label]!;
      if (places.length === 0) return undefined;
      const random = keyedRandom(seed, 'source', index, label);
      const at = places[random.int(places.length)]!;
      const id = sources.ids[at]!;
      if (!settings.augmentSource) return { id, image: sources.images[at]! };
      const image = new Float32Array(sources.images[at]!.length);
      writeAugmented({ layout, spec }, sources.images[at]!, image, 0, random, AUGMENTATION);
      return { id, image };
    },
  };
}

/** Noises an image to time t in place of standard normal noise: x = alpha(t) image + sigma(t) x. */
export function noiseTo(t: number, image: Float32Array, x: Float32Array): void {
  const alpha = cosineSchedule.alpha(t);
  const sigma = cosineSchedule.sigma(t);
  for (let i = 0; i < x.length; i++) x[i] = alpha * image[i]! + sigma * x[i]!;
}

/**
 * Takes persons out of an image [T, M V C] wherever the source has none: nothing comes out of noise as exactly zero, which is what
 * absence is.
 *
 * @param personSize V C
 */
export function hideAbsent(image: Float32Array, source: Float32Array, personSize: number): void {
  for (let from = 0; from < image.length; from += personSize)
    if (source.subarray(from, from + personSize).every((value) => value === 0)) image.fill(0, from, from + personSize);
}
