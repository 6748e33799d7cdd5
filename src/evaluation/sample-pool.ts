import type { Clip } from '../core/clip.js';
import { keyedRandom } from '../core/random.js';
import type { Engine } from '../engine/engine.js';
import { projectBoneLengths } from '../generator/bones.js';
import { createClipGenerator } from '../generator/create-clip-generator.js';
import type { Model } from '../generator/model/load-model.js';
import type { SamplingSettings } from '../generator/sampling-settings.js';
import type { SourceImages } from '../generator/variation/source-images.js';

/** Clips of one setting and how fast they came. */
export interface SamplePool {
  /** As a stream would deliver them: bones projected where the settings say so. */
  readonly clips: readonly Clip[];
  /** The same before that. */
  readonly raw: readonly Clip[];
  /** Pure sampling, without compiling. */
  readonly clipsPerSecond: number;
}

/** Which clips are sampled. */
export interface PoolOptions {
  readonly seed: number;
  readonly firstIndex: number;
  /** Training clips, for settings that vary them. */
  readonly sources?: SourceImages | undefined;
  /** Told how many clips are there. */
  readonly onClips?: ((made: number) => void) | undefined;
}

/** Clips made at once; also the step in which progress is told. */
const GROUP = 64;

/**
 * `count` class numbers in the proportions of the given ones, in random order: samples are held against real clips with the same
 * share of every class.
 */
export function proportionalLabels(labels: readonly number[], count: number, seed: number): number[] {
  const sorted = [...labels].sort((a, b) => a - b);
  const chosen = Array.from({ length: count }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / count)]!);
  return keyedRandom(seed, 'evaluation labels').shuffle(chosen);
}

/** A copy whose bones have one length over the clip. */
function withProjectedBones(clip: Clip, { manifest }: Model): Clip {
  const keypoint = clip.keypoint.slice();
  projectBoneLengths(keypoint, clip.shape, manifest.layout);
  return { ...clip, keypoint };
}

/**
 * Samples one clip for each label, with and without what is done to bones afterwards.
 *
 * @param firstIndex index of the first clip: other indices give other clips
 * @throws as `createClipGenerator` and `ClipGenerator.generate`
 */
export async function samplePool(
  model: Model,
  engine: Engine,
  settings: SamplingSettings,
  labels: readonly number[],
  { seed, firstIndex, sources, onClips }: PoolOptions,
): Promise<SamplePool> {
  const groupSize = Math.min(GROUP, labels.length);
  const generator = createClipGenerator({
    model,
    engine,
    seed,
    settings: { ...settings, projectBones: false },
    groupSize,
    sources,
  });
  try {
    // The first call compiles.
    await generator.generate(labels.slice(0, 1), firstIndex);
    const raw: Clip[] = [];
    const began = performance.now();
    for (let first = 0; first < labels.length; first += groupSize) {
      raw.push(...(await generator.generate(labels.slice(first, first + groupSize), firstIndex + first)));
      onClips?.(raw.length);
    }
    const clipsPerSecond = (1000 * raw.length) / (performance.now() - began);
    return { clips: settings.projectBones ? raw.map((clip) => withProjectedBones(clip, model)) : raw, raw, clipsPerSecond };
  } finally {
    await generator.close();
  }
}
