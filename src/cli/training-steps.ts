import { hasFewClips, type TrainingSubject } from '../generator/index.js';

/** What `train` makes of a model. */
export const KINDS = ['denoiser', 'early', 'st-trans', 'distilled', 'gate', 'noise'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Usual steps; the bundled models took fewer for denoiser and distillation (their cards). For `gate` those of each of its three trainings,
 * for `noise` the clips that are sampled.
 */
export const STEPS: Readonly<Record<Kind, number>> = {
  denoiser: 6000,
  early: 1500,
  'st-trans': 1200,
  distilled: 1200,
  gate: 500,
  noise: 256,
};

/** Steps with few clips: networks know these sooner, and then only learn them by heart. */
export const FEW_CLIPS_STEPS: Readonly<Record<Kind, number>> = {
  ...STEPS,
  denoiser: 2500,
  early: 600,
  'st-trans': 700,
  distilled: 800,
  gate: 300,
};

/** Steps of a training where nobody names a number. */
export function defaultSteps(kind: Kind, subject: TrainingSubject): number {
  return (hasFewClips(subject) ? FEW_CLIPS_STEPS : STEPS)[kind];
}
