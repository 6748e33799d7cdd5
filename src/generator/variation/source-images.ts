import type { Clip } from '../../core/clip.js';
import { ModelError } from '../../core/errors.js';
import type { ModelManifest } from '../model/manifest.js';
import { clipToImage } from '../representation.js';

/** Training clips as images, for variation mode. Plain data: a worker takes it over without a copy. */
export interface SourceImages {
  /** Names the clips that the data set held, as in a model's manifest. */
  readonly digest: string;
  readonly ids: readonly string[];
  /** Class number of each. */
  readonly labels: readonly number[];
  /** Image [T, M V C] of each, in the model's form. */
  readonly images: readonly Float32Array[];
}

/** What of a model its sources must agree with. */
export type SourcesOf = Pick<ModelManifest, 'name' | 'dataset' | 'layout' | 'image'>;

/** Clips of a class that are kept to be varied: a bound on memory and on what is read at the start. */
export const SOURCES_PER_CLASS = 32;

/**
 * Makes sure that clips which are to be varied are those that the model was trained on: others may be test clips.
 *
 * @throws ModelError MODEL_MISMATCH with both digests
 */
export function assertSourcesFit(digest: string, { name, dataset }: Pick<SourcesOf, 'name' | 'dataset'>): void {
  if (digest === dataset.digest) return;
  const few = dataset.clipsPerClass === undefined ? '' : `, ${dataset.clipsPerClass} of each class (clipsPerClass)`;
  throw new ModelError(
    'MODEL_MISMATCH',
    `generator.variation varies the clips that model ${name} was trained on (${dataset.name} ${dataset.split}${few}, digest ${dataset.digest}), ` +
      `but the data at hand have digest ${digest}: give the data, the split and the subset of its training, or set generator.variation to 0`,
    { details: { model: dataset.digest, data: digest } },
  );
}

/**
 * Turns training clips into what variation mode starts from; only the images are kept.
 *
 * @param clips in any order; their order decides which clip is drawn
 * @param digest of the data set that they are from
 * @throws ModelError MODEL_MISMATCH (not the clips of the model); DataError LAYOUT_MISMATCH, CLIP_EMPTY
 */
export async function sourceImages(
  clips: AsyncIterable<Clip> | Iterable<Clip>,
  digest: string,
  model: SourcesOf,
): Promise<SourceImages> {
  assertSourcesFit(digest, model);
  const ids: string[] = [];
  const labels: number[] = [];
  const images: Float32Array[] = [];
  for await (const clip of clips) {
    ids.push(clip.id);
    labels.push(clip.label);
    images.push(clipToImage(clip, model.layout, model.image).image);
  }
  return { digest, ids, labels, images };
}
