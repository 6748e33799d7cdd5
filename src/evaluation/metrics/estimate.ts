/** A figure over repetitions. */
export interface Estimate {
  readonly mean: number;
  /** Half width of the 95 % interval of the mean, 1.96 sd / sqrt(n); null of a single value. */
  readonly halfWidth: number | null;
  /** Standard deviation over the repetitions, divisor n - 1; null of a single value. */
  readonly deviation: number | null;
  readonly repetitions: number;
}

/** Mean and spread of the finite values; undefined where there is none. */
export function estimateOf(values: readonly number[]): Estimate | undefined {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  if (n === 0) return undefined;
  const mean = finite.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, halfWidth: null, deviation: null, repetitions: 1 };
  const deviation = Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { mean, halfWidth: (1.96 * deviation) / Math.sqrt(n), deviation, repetitions: n };
}

/** Mean of the finite values; NaN of none. */
export function finiteMean(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
