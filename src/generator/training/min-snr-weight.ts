import { cosineSchedule } from '../diffusion/schedule.js';

/** Largest weight of an image's loss: min(SNR, 5), arXiv 2303.09556. */
const MIN_SNR = 5;

/** Weight of the error of x0Hat at time t, min(SNR, 5) with SNR = alpha^2 / sigma^2. */
export function minSnrWeight(t: number): number {
  return Math.min((cosineSchedule.alpha(t) / cosineSchedule.sigma(t)) ** 2, MIN_SNR);
}
