import type { Layout } from '../../core/layout.js';

/** How clips become skeleton images and back (generator/representation.ts). */
export interface ImageSpec {
  readonly numFrames: number;
  readonly maxPersons: number;
  readonly fps: number;
  /** Coordinates (minus the centre joint of the first frame) are divided by this. */
  readonly scale: number;
  /** Standard deviation of the training images' values. */
  readonly deviation: number;
}

/** `manifest.json` beside the safetensors of a model: everything needed to use and judge it. */
export interface ModelManifest {
  readonly format: 1;
  readonly name: string;
  /** First 8 hex digits of the digest of the weights. */
  readonly version: string;
  readonly dataset: {
    readonly name: string;
    readonly split: string;
    readonly simulated: boolean;
    readonly digest: string;
    readonly clips: number;
  };
  readonly layout: Layout;
  readonly classes: readonly string[];
  readonly image: ImageSpec;
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly file: string;
        readonly architecture: Readonly<Record<string, number | string>>;
        readonly training: Readonly<Record<string, number | string>>;
      }
    >
  >;
  readonly metrics: Readonly<Record<string, number>>;
}
