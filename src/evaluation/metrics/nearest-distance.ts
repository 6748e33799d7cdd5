/**
 * Distance of an image to the nearest of others: root mean square over all values, in their unit. Rows that are already farther
 * than the nearest so far are not looked at to their end.
 *
 * @param except number of the reference to leave out (an image among its own set); -1 leaves out none
 * @returns infinity where there is no reference
 */
export function nearestDistance(image: Float32Array, references: readonly Float32Array[], except = -1): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [i, reference] of references.entries()) {
    if (i === except) continue;
    let sum = 0;
    for (let j = 0; j < image.length; ) {
      const end = Math.min(image.length, j + 256);
      for (; j < end; j++) {
        const difference = image[j]! - reference[j]!;
        sum += difference * difference;
      }
      if (sum >= least) break;
    }
    if (sum < least) least = sum;
  }
  return Math.sqrt(least / image.length);
}

/** The middle value, or the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
