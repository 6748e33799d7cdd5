import type { PackedError } from '../core/error-transfer.js';
import type { GuidanceScales } from '../core/guidance-scales.js';
import type { Logger } from '../core/logger.js';
import type { EngineChoice, FallBack, Precision } from '../engine/index.js';
import type { GeneratedClip } from './gate/clip-quality.js';
import type { ModelManifest } from './model/manifest.js';
import type { SamplingSettings } from './sampling-settings.js';
import type { SourceImages } from './variation/source-images.js';

/** What a generator worker starts with (`workerData`). */
export interface GeneratorWorkerOptions {
  /** Model folder. */
  readonly model: string;
  readonly engine: EngineChoice;
  /** Threads of the engine; undefined lets the engine choose. */
  readonly threads: number | undefined;
  /** Folder where the engine keeps optimized graphs; default: none. */
  readonly cacheFolder?: string | undefined;
  /** Of the engine's arithmetic; default: `float32`. */
  readonly precision?: Precision | undefined;
  /** Whether another engine takes over where this one fails. Default: true. */
  readonly fallback?: boolean;
  readonly seed: number;
  readonly settings: SamplingSettings;
  readonly groupSize: number;
  /** Clips that the model was trained on, for variation mode; their images move to the worker. */
  readonly sources?: SourceImages | undefined;
  /** Say of each clip what the model's gate sees of it. Default: false. */
  readonly measure?: boolean;
}

/** To the worker. */
export type GeneratorRequest =
  | {
      readonly kind: 'generate';
      readonly call: number;
      readonly labels: readonly number[];
      readonly firstIndex: number | readonly number[];
      readonly scales: GuidanceScales | undefined;
    }
  | { readonly kind: 'abort'; readonly call: number }
  | { readonly kind: 'close' };

/** From the worker. */
export type GeneratorReply =
  | { readonly kind: 'ready'; readonly manifest: ModelManifest; readonly engine: string }
  | { readonly kind: 'fell-back'; readonly event: FallBack }
  | {
      readonly kind: 'log';
      readonly level: keyof Logger;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly kind: 'clips'; readonly call: number; readonly clips: readonly GeneratedClip[] }
  | { readonly kind: 'failed'; readonly call: number | null; readonly error: PackedError };
