import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';
import type { ImageSpec } from '../model/manifest.js';
import { clipToImage, frameSize } from '../representation.js';

/** Mean over a normal distribution of |z| / its deviation. */
const MEAN_ABSOLUTE = Math.sqrt(2 / Math.PI);
/** White noise of variance v has second differences of variance 6 v. */
const WHITE_NOISE_GAIN = 6;

/**
 * Deviation of x[t+1] - 2 x[t] + x[t-1] of each value of a frame, [M V C], estimated from mean absolute values so that the
 * glitches of a sensor do not decide it. Values of absent persons (exact zeros) are left out.
 */
function jitterDeviations(clips: readonly Clip[], layout: Layout, spec: ImageSpec): Float64Array {
  const F = frameSize(layout, spec);
  const sums = new Float64Array(F);
  const counts = new Float64Array(F);
  for (const clip of clips) {
    const { image } = clipToImage(clip, layout, spec);
    for (let i = F; i < image.length - F; i++) {
      if (image[i - F] === 0 && image[i] === 0 && image[i + F] === 0) continue;
      sums[i % F]! += Math.abs(image[i + F]! - 2 * image[i]! + image[i - F]!);
      counts[i % F]!++;
    }
  }
  return sums.map((sum, j) => (counts[j]! === 0 ? 0 : sum / counts[j]! / MEAN_ABSOLUTE));
}

/**
 * Deviation of the white noise [M V C], in units of the image, that samples lack against recordings: a denoiser ends with a
 * mean, and means carry no sensor noise. Zero where samples are as rough as the recordings or rougher.
 *
 * @param real clips that the model was trained on
 * @param samples clips of the model, sampled without noise and without projected bones
 */
export function fitNoise(real: readonly Clip[], samples: readonly Clip[], layout: Layout, spec: ImageSpec): number[] {
  const wanted = jitterDeviations(real, layout, spec);
  const got = jitterDeviations(samples, layout, spec);
  return Array.from(wanted, (deviation, j) =>
    Number(Math.sqrt(Math.max(0, deviation ** 2 - got[j]! ** 2) / WHITE_NOISE_GAIN).toPrecision(4)),
  );
}
