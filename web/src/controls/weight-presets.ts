import type { BatchSource } from '../../../src/core/source.js';

/** Ways to weigh all classes at once. */
export const WEIGHT_PRESETS = {
  configured: 'as configured',
  equal: 'all equal',
  real: 'as the real clips',
  balance: 'fill up rare classes',
} as const;

export type WeightPreset = keyof typeof WEIGHT_PRESETS;

type Shares = NonNullable<BatchSource['classShares']>;

/** Shares as weights in hundredths, 1 on average; none that has a share comes out as 0. */
export function weightsOfShares(shares: readonly number[]): number[] {
  const present = Math.max(1, shares.filter((share) => share > 0).length);
  const sum = shares.reduce((a, b) => a + b, 0) || 1;
  return shares.map((share) => (share > 0 ? Math.min(100, Math.max(0.01, Math.round((100 * present * share) / sum) / 100)) : 0));
}

/**
 * The weights of a preset, null for the configured choice. `balance` gives each class what brings real and synthetic samples
 * together nearest to equal at a ratio. Classes without real clips stay out. Pure.
 */
export function presetWeights(preset: WeightPreset, shares: Shares, ratio: number): number[] | null {
  const { real } = shares;
  const present = real.filter((share) => share > 0).length;
  if (preset === 'configured') return null;
  if (preset === 'real') return weightsOfShares(real);
  if (preset === 'equal' || ratio === 0) return weightsOfShares(real.map((share) => (share > 0 ? 1 : 0)));
  return weightsOfShares(real.map((share) => (share > 0 ? Math.max(0, 1 / present - (1 - ratio) * share) : 0)));
}
