import type { Schedule } from './schedule.js';

/** Estimates clean images: x_t [B, T, F] at time t to x0Hat [B, T, F]. Classes and their guidance are bound in. */
export type Denoise = (x: Float32Array, t: number) => Promise<Float32Array>;

/** Gradient of log p(y | x0Hat) with respect to x0Hat, image by image: [B, T, F] to [B, T, F]. The guide is a plug-in. */
export type Guide = (x0Hat: Float32Array) => Promise<Float32Array>;

/** How strongly and when a guide steers. */
export interface GuidanceOptions {
  /** Weight w of the classifier's gradient; 0 is off. */
  readonly classifierScale: number;
  /** Times (t_low, t_high) within which the classifier steers (guidance interval, arXiv 2404.07724). */
  readonly interval: readonly [number, number];
  /** Standard deviation of the training images' values. */
  readonly deviation: number;
}

/**
 * Adds classifier guidance, stopped at x0Hat, to a denoiser: x0Hat + w_t g, where g is the guide's gradient at x0Hat scaled
 * to unit root mean square in each image, and w_t = w sigma^2 d^2 / (alpha^2 d^2 + sigma^2) with the data's deviation d:
 * bounded at high noise, dying out at low noise. The gradient never passes through the denoiser (arXiv 2302.13434).
 *
 * @param batch number of images in x
 */
export function withClassifierGuidance(
  denoise: Denoise,
  guide: Guide,
  schedule: Schedule,
  batch: number,
  options: GuidanceOptions,
): Denoise {
  const { classifierScale, interval, deviation } = options;
  if (classifierScale === 0) return denoise;
  return async (x, t) => {
    const x0Hat = await denoise(x, t);
    if (t <= interval[0] || t >= interval[1]) return x0Hat;
    const gradient = await guide(x0Hat);
    const sigma2 = schedule.sigma(t) ** 2;
    const d2 = deviation ** 2;
    const weight = (classifierScale * sigma2 * d2) / (schedule.alpha(t) ** 2 * d2 + sigma2);
    const size = x.length / batch;
    for (let b = 0; b < batch; b++) {
      const first = b * size;
      let sum = 0;
      for (let i = first; i < first + size; i++) sum += gradient[i]! ** 2;
      const step = weight / (Math.sqrt(sum / size) + 1e-8);
      for (let i = first; i < first + size; i++) x0Hat[i]! += step * gradient[i]!;
    }
    return x0Hat;
  };
}
