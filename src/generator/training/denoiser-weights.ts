import { cosineSchedule } from '../diffusion/schedule.js';

/** Largest weight of an image's loss with `min-snr`: min(SNR, 5), arXiv 2303.09556. */
export const MIN_SNR = 5;

/** Weight of the error of x0Hat at time t that makes the error of a preconditioned network's own output count evenly at all times. */
export function unitWeight(t: number, deviation: number): number {
  const snr = (cosineSchedule.alpha(t) / cosineSchedule.sigma(t)) ** 2;
  return deviation ** 2 * snr + 1;
}

/** Weight of the error of x0Hat at time t for a network whose output is x0Hat: min(SNR, 5). */
export function minSnrWeight(t: number): number {
  return Math.min((cosineSchedule.alpha(t) / cosineSchedule.sigma(t)) ** 2, MIN_SNR);
}
