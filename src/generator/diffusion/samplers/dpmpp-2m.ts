import { lambdaOf, type Schedule } from '../schedule.js';
import { lastStep, type Sampler, type SamplerStep } from './sampler.js';

/**
 * DPM-Solver++(2M) (Lu et al., arXiv 2211.01095, algorithm 2): deterministic, second order, data prediction. The first and
 * the last step are of first order.
 */
export const dpmpp2m: Sampler = (schedule, times) => multistep(schedule, times, 0);

/**
 * The stochastic form of DPM-Solver++(2M) (the same paper, section 5): a share `eta` of the noise is renewed at each step,
 * which corrects errors of earlier ones and gives more varied samples.
 */
export const dpmpp2mSde: Sampler = (schedule, times, { eta }) => multistep(schedule, times, eta);

function multistep(schedule: Schedule, times: readonly number[], eta: number): readonly SamplerStep[] {
  let previousH = 0;
  return times.slice(0, -1).map((t, i) => {
    if (i === times.length - 2) return lastStep(t);
    const s = times[i + 1]!;
    const h = lambdaOf(schedule, s) - lambdaOf(schedule, t);
    const extrapolate = i === 0 ? 0 : h / (2 * previousH);
    previousH = h;
    const pull = -schedule.alpha(s) * Math.expm1(-(1 + eta) * h);
    return {
      t,
      fromX: (schedule.sigma(s) / schedule.sigma(t)) * Math.exp(-eta * h),
      fromX0Hat: pull * (1 + extrapolate),
      fromPrevious: -pull * extrapolate,
      fromNoise: schedule.sigma(s) * Math.sqrt(-Math.expm1(-2 * eta * h)),
    };
  });
}
