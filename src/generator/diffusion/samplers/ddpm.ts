import { samplingTimes } from '../schedule.js';
import type { Sampler } from './sampler.js';

/**
 * Ancestral sampling (DDPM, Ho et al., arXiv 2006.11239, equations 6 and 7) with the posterior variance, on a grid of
 * `steps` times: 1000 is the paper's sampler, slow and a reference. Ends with the last x0Hat.
 */
export const ddpm: Sampler = async (denoise, start, { schedule, steps, noise, signal }) => {
  const times = samplingTimes(steps);
  const x = Float32Array.from(start);
  let x0Hat: Float32Array = x;
  for (let i = 0; i < steps; i++) {
    signal?.throwIfAborted();
    const t = times[i]!;
    const s = times[i + 1]!;
    x0Hat = await denoise(x, t);
    const alphaStep = schedule.alpha(t) / schedule.alpha(s);
    const betaStep = 1 - alphaStep ** 2;
    const sigma2 = schedule.sigma(t) ** 2;
    const fromX0 = (schedule.alpha(s) * betaStep) / sigma2;
    const fromX = (alphaStep * schedule.sigma(s) ** 2) / sigma2;
    const deviation = Math.sqrt((betaStep * schedule.sigma(s) ** 2) / sigma2);
    const eps = noise(i);
    for (let j = 0; j < x.length; j++) x[j] = fromX0 * x0Hat[j]! + fromX * x[j]! + deviation * eps[j]!;
  }
  return x0Hat;
};
