import { keyedRandom } from '../core/random.js';

/**
 * Which class a synthetic slot gets.
 * - `real`: each class as often as among the real clips.
 * - `uniform`: each class that has real clips equally often, so that rare classes gain.
 */
export type ClassChoiceKind = 'real' | 'uniform';

/** What the classes of synthetic slots are chosen by. */
export interface ClassChoiceOptions {
  readonly kind: ClassChoiceKind;
  /** Share of each class among the real clips. A class of share 0 is never chosen. */
  readonly classShares: readonly number[];
  /** Number of real clips: shares are taken as whole clips out of it. */
  readonly size: number;
  readonly seed: number;
}

/**
 * How often each class is chosen in one round of a choice: whole numbers, whose sum is the length of the round. Pure.
 */
export function classCounts({ kind, classShares, size }: Pick<ClassChoiceOptions, 'kind' | 'classShares' | 'size'>): number[] {
  return kind === 'uniform' ? classShares.map((share) => (share > 0 ? 1 : 0)) : apportion(classShares, size);
}

/** Whole numbers in the proportion of `shares` that sum to `size`: floors, then the largest remainders (Hamilton's method). */
function apportion(shares: readonly number[], size: number): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (share / sum) * size);
  // A share of 3/10 of 10 may come out as 2.9999999999999996.
  const whole = exact.map((value) => Math.floor(value + 1e-6));
  const byRemainder = exact.map((value, label) => ({ label, rest: value - whole[label]! })).sort((a, b) => b.rest - a.rest);
  let missing = size - whole.reduce((a, b) => a + b, 0);
  for (const { label } of byRemainder) {
    if (missing-- <= 0) break;
    whole[label]!++;
  }
  return whole;
}

/**
 * The class of the j-th synthetic element, as a pure function of (options, j): after any n elements each class was chosen less
 * than one time more or less than n times its share, whatever the shares. In between, the order is shuffled by the seed.
 *
 * Method: with weights w of sum D, the m-th choice of a class must fall into places [floor((m-1) D / w), ceil(m D / w)), the
 * window of a Pfair task (Baruah, Cohen, Plaxton, Varvel 1996); each place takes the open choice whose window ends first (for
 * unit jobs on one machine that always succeeds where any order does), ties broken at random. The order repeats its counts
 * every D places, with new ties, so that any j costs at most one period, and the next one O(classes).
 */
export function createClassChoice({ seed, ...options }: ClassChoiceOptions): (j: number) => number {
  const weights = classCounts(options);
  const labels = weights.flatMap((weight, label) => (weight > 0 ? [label] : []));
  const period = weights.reduce((a, b) => a + b, 0);

  let block = -1;
  let places = new Uint32Array(0);
  let filled = 0;
  let random = keyedRandom(seed);
  const chosen = new Uint32Array(weights.length);

  const fillNext = (): void => {
    let best = -1;
    let bestEnd = Number.POSITIVE_INFINITY;
    let ties = 0;
    for (const label of labels) {
      const weight = weights[label]!;
      const m = chosen[label]!;
      if (m === weight || Math.floor((m * period) / weight) > filled) continue;
      const end = Math.ceil(((m + 1) * period) / weight);
      if (end < bestEnd) {
        best = label;
        bestEnd = end;
        ties = 1;
      } else if (end === bestEnd && random.int(++ties) === 0) best = label;
    }
    chosen[best]!++;
    places[filled++] = best;
  };

  return (j) => {
    const wanted = Math.floor(j / period);
    if (wanted !== block) {
      block = wanted;
      filled = 0;
      chosen.fill(0);
      if (places.length === 0) places = new Uint32Array(period);
      random = keyedRandom(seed, 'class', block);
    }
    const place = j - block * period;
    while (filled <= place) fillNext();
    return places[place]!;
  };
}
