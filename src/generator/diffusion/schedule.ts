import { ConfigError } from '../../core/errors.js';

/**
 * A variance-preserving noise schedule in continuous time t in [0, 1]: x_t = alpha(t) x0 + sigma(t) eps,
 * alpha^2 + sigma^2 = 1, both monotonic.
 */
export interface Schedule {
  readonly name: string;
  alpha(t: number): number;
  sigma(t: number): number;
}

/** The cosine schedule alpha = cos(pi t / 2), sigma = sin(pi t / 2) (Nichol and Dhariwal, arXiv 2102.09672, without offset). */
export const cosineSchedule: Schedule = {
  name: 'cosine',
  alpha: (t) => Math.cos((t * Math.PI) / 2),
  sigma: (t) => Math.sin((t * Math.PI) / 2),
};

/** Half of the log signal-to-noise ratio, lambda(t) = log(alpha / sigma). */
export function lambdaOf(schedule: Schedule, t: number): number {
  return Math.log(schedule.alpha(t) / schedule.sigma(t));
}

/** First and last time of sampling: at 0 and 1 lambda is infinite. */
const T_FIRST = 0.995;
const T_LAST = 0.005;

/**
 * `steps + 1` times from noise to data, evenly spaced.
 *
 * @param first where to start; below T_FIRST for a sampling that starts from a noised image
 * @throws ConfigError CONFIG_INVALID unless `steps` is a whole number in 1..1000
 */
export function samplingTimes(steps: number, first: number = T_FIRST): number[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > 1000)
    throw new ConfigError('CONFIG_INVALID', `generator.steps is ${steps}; expected a whole number from 1 to 1000`);
  return Array.from({ length: steps + 1 }, (_, i) => first + ((T_LAST - first) * i) / steps);
}

/**
 * Times of a sampling that starts at `first` instead of at noise: as dense as those of a whole sampling with `steps` steps, so
 * that only the share of the steps below `first` is left, one at least.
 *
 * @throws as `samplingTimes`
 */
export function partialTimes(steps: number, first: number): number[] {
  const [from] = samplingTimes(steps) as [number];
  const share = (Math.min(first, from) - T_LAST) / (from - T_LAST);
  return samplingTimes(Math.max(1, Math.round(steps * share)), Math.min(first, from));
}
