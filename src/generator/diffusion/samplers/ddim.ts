import type { Schedule } from '../schedule.js';
import { lastStep, type Sampler, type SamplerStep } from './sampler.js';

/**
 * DDIM (Song et al., arXiv 2010.02502, equations 12 and 16). `eta` 0 is deterministic, 1 has the variance of ancestral sampling.
 */
export const ddim: Sampler = (schedule, times, { eta }) =>
  times.slice(0, -1).map((t, i) => (i === times.length - 2 ? lastStep(t) : implicit(schedule, t, times[i + 1]!, eta)));

function implicit(schedule: Schedule, t: number, s: number, eta: number): SamplerStep {
  const sigmaT = schedule.sigma(t);
  const sigmaS = schedule.sigma(s);
  const deviation = eta * (sigmaS / sigmaT) * Math.sqrt(1 - (schedule.alpha(t) / schedule.alpha(s)) ** 2);
  const keep = Math.sqrt(Math.max(0, sigmaS ** 2 - deviation ** 2)) / sigmaT;
  return {
    t,
    fromX: keep,
    fromX0Hat: schedule.alpha(s) - keep * schedule.alpha(t),
    fromPrevious: 0,
    fromNoise: deviation,
  };
}
