import { cosineSchedule } from '../diffusion/schedule.js';

/** Largest weight that comes from the signal-to-noise ratio: min(SNR, 5), arXiv 2303.09556. */
const MIN_SNR = 5;

/** Name of the weight, for manifests and checkpoints. */
export const LOSS_WEIGHT = '1 + min(SNR, 5)';

/**
 * Weight of the error of x0Hat at time t: 1 + min(SNR, 5) with SNR = alpha^2 / sigma^2. Without the 1, what decides the class and the
 * course of a motion is hardly learnt: at t = 0.9 the ratio is 0.025 (measured: docs/experiments.md).
 */
export function lossWeight(t: number): number {
  return 1 + Math.min((cosineSchedule.alpha(t) / cosineSchedule.sigma(t)) ** 2, MIN_SNR);
}
