import type { Denoise } from '../guidance.js';
import type { Schedule } from '../schedule.js';

/** What every sampler is given beside the denoiser and the first noise. */
export interface SampleOptions {
  readonly schedule: Schedule;
  readonly steps: number;
  /** Fresh standard normal noise of the shape of x, for samplers that add some at every step. Keyed by the caller. */
  readonly noise: (step: number) => Float32Array;
  readonly signal?: AbortSignal;
}

/**
 * Turns noise x_1 [B, T, F] into images. Pure but for `denoise` and `noise`; the input is not changed.
 * Rejects with the signal's reason on abort.
 */
export type Sampler = (denoise: Denoise, x: Float32Array, options: SampleOptions) => Promise<Float32Array>;
