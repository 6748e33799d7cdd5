import type { Schedule } from '../schedule.js';
import { lastStep, type Sampler, type SamplerStep } from './sampler.js';

/**
 * Ancestral sampling (DDPM, Ho et al., arXiv 2006.11239, equations 6 and 7) with the posterior variance: with 1000 steps the
 * paper's sampler, slow and a reference.
 */
export const ddpm: Sampler = (schedule, times) =>
  times.slice(0, -1).map((t, i) => (i === times.length - 2 ? lastStep(t) : ancestral(schedule, t, times[i + 1]!)));

function ancestral(schedule: Schedule, t: number, s: number): SamplerStep {
  const alphaStep = schedule.alpha(t) / schedule.alpha(s);
  const betaStep = 1 - alphaStep ** 2;
  const sigma2 = schedule.sigma(t) ** 2;
  return {
    t,
    fromX: (alphaStep * schedule.sigma(s) ** 2) / sigma2,
    fromX0Hat: (schedule.alpha(s) * betaStep) / sigma2,
    fromPrevious: 0,
    fromNoise: Math.sqrt((betaStep * schedule.sigma(s) ** 2) / sigma2),
  };
}
