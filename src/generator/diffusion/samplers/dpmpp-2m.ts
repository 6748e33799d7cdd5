import { lambdaOf, samplingTimes } from '../schedule.js';
import type { Sampler } from './sampler.js';

/**
 * DPM-Solver++(2M) (Lu et al., arXiv 2211.01095, algorithm 2): deterministic, second order, data prediction. The first and
 * the last step are of first order. Ends with the last x0Hat.
 */
export const dpmpp2m: Sampler = async (denoise, start, { schedule, steps, signal }) => {
  const times = samplingTimes(steps);
  let x = Float32Array.from(start);
  let previous: Float32Array | undefined;
  let previousH = 0;
  for (let i = 0; i < steps; i++) {
    signal?.throwIfAborted();
    const t = times[i]!;
    const s = times[i + 1]!;
    const x0Hat = await denoise(x, t);
    const h = lambdaOf(schedule, s) - lambdaOf(schedule, t);
    const keep = schedule.sigma(s) / schedule.sigma(t);
    const pull = -schedule.alpha(s) * Math.expm1(-h);
    const next = new Float32Array(x.length);
    if (previous === undefined || i === steps - 1) {
      for (let j = 0; j < x.length; j++) next[j] = keep * x[j]! + pull * x0Hat[j]!;
    } else {
      const extrapolate = h / (2 * previousH);
      for (let j = 0; j < x.length; j++)
        next[j] = keep * x[j]! + pull * ((1 + extrapolate) * x0Hat[j]! - extrapolate * previous[j]!);
    }
    x = next;
    previous = x0Hat;
    previousH = h;
  }
  return previous ?? x;
};
