/**
 * Quantile of values, with linear interpolation between the ordered values (type 7 of Hyndman and Fan 1996, NumPy's default).
 *
 * @param sorted in rising order
 * @param q 0 (the least) to 1 (the greatest)
 * @returns NaN of no values
 */
export function quantileOf(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
