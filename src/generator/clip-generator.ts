import type { GuidanceScales } from '../core/guidance-scales.js';
import type { GeneratedClip } from './gate/clip-quality.js';
import type { ModelManifest } from './model/manifest.js';

/** Makes synthetic clips. The same in this thread and in a worker. */
export interface ClipGenerator {
  readonly manifest: ModelManifest;
  /** How many clips are made together at most, and one call makes best; more are cut into groups of this size. */
  readonly groupSize: number;
  /**
   * Makes one clip for each label. Clip i is a pure function of (model, settings, seed, index, label), whatever the
   * group it is made in (within the engine's tolerance; docs/engines.md says where bit for bit).
   *
   * @param labels class numbers
   * @param firstIndex index of the first clip, the others follow; or the index of each
   * @param scales other scales of guidance than those of the settings; the clips' ids carry them as those of settings
   * @throws ModelError SAMPLE_NOT_FINITE, naming the index and the class; ConfigError CONFIG_INVALID, ModelError MODEL_MISSING (scales)
   */
  generate(
    labels: readonly number[],
    firstIndex: number | readonly number[],
    signal?: AbortSignal,
    scales?: GuidanceScales,
  ): Promise<GeneratedClip[]>;
  close(): Promise<void>;
}
