import type { Schedule } from '../schedule.js';

/**
 * One denoising step from time t to the next, as a linear map:
 * x' = fromX x + fromX0Hat x0Hat + fromPrevious x0HatPrevious + fromNoise eps, with x0Hat estimated from x at t,
 * x0HatPrevious the estimate of the step before, and eps fresh standard normal noise.
 */
export interface SamplerStep {
  readonly t: number;
  readonly fromX: number;
  readonly fromX0Hat: number;
  readonly fromPrevious: number;
  readonly fromNoise: number;
}

/** What a sampler may be told beside the schedule and the times. */
export interface SamplerOptions {
  /** Share of the noise that is renewed at each step, 0 (deterministic) to 1; for samplers that have it. */
  readonly eta: number;
}

/**
 * The steps that lead from x at `times[0]` to an image. A sampler is a table: networks and guidance enter through x0Hat only.
 * The last step ends with its x0Hat.
 *
 * @param times falling times in (0, 1), one more than there are steps
 */
export type Sampler = (schedule: Schedule, times: readonly number[], options: SamplerOptions) => readonly SamplerStep[];

/** The map that ends a sampling at time t: the estimate itself. */
export function lastStep(t: number): SamplerStep {
  return { t, fromX: 0, fromX0Hat: 1, fromPrevious: 0, fromNoise: 0 };
}
