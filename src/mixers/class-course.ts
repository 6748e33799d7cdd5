import { InternalError } from '../core/errors.js';
import { type ClassChoiceOptions, classCounts, createClassChoice } from './class-choice.js';
import { type ClassDebts, type ClassOrder, createClassOrder } from './class-order.js';

/** Weights are whole hundredths. */
const WEIGHT_ONE = 100;

/** The class of every synthetic element of a stream, while the weights move. A pure function of (options, changes). */
export interface ClassCourse {
  /**
   * Sets weights from the j-th synthetic element on; null brings back the configured choice. What each class is owed is carried over.
   * @throws InternalError where `from` lies before the last change
   */
  change(from: number, weights: readonly number[] | null): void;
  /** The class of the j-th synthetic element. */
  at(j: number): number;
  /** The share of each class under the last change. */
  readonly shares: readonly number[];
}

interface Stretch extends ClassOrder {
  readonly from: number;
}

function greatestDivisor(values: readonly number[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return values.reduce(divisor, 0);
}

/** Whole numbers without a common divisor, in the proportion of weights in hundredths. */
function wholeWeights(weights: readonly number[]): number[] {
  const hundredths = weights.map((weight) => Math.round(weight * WEIGHT_ONE));
  const common = greatestDivisor(hundredths);
  return hundredths.map((weight) => weight / common);
}

/** The first choice of a stream, whose rounds each end without debts. */
function configuredOrder(options: ClassChoiceOptions): Stretch {
  const at = createClassChoice(options);
  const counts = classCounts(options);
  const one = counts.reduce((a, b) => a + b, 0);
  return {
    from: 0,
    at,
    debtsAt(i): ClassDebts {
      const place = i % one;
      const parts = Float64Array.from(counts, (count) => count * place);
      for (let k = i - place; k < i; k++) parts[at(k)]! -= one;
      return { one, parts };
    },
  };
}

/**
 * The configured choice (class-choice.ts) until weights are set, then the order of class-order.ts, which goes on with what the
 * classes are owed: however the weights move, each class is chosen as often as all of them together asked for, within the bounds
 * stated there. Weights are compared in whole hundredths.
 */
export function createClassCourse(options: ClassChoiceOptions): ClassCourse {
  const configured = classCounts(options);
  const sharesOf = (weights: readonly number[]): number[] => {
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  };
  const stretches: Stretch[] = [configuredOrder(options)];
  let shares = sharesOf(configured);
  const find = (j: number): Stretch => {
    let low = 0;
    let high = stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (stretches[middle]!.from <= j) low = middle;
      else high = middle - 1;
    }
    return stretches[low]!;
  };

  return {
    at(j) {
      const stretch = find(j);
      return stretch.at(j - stretch.from);
    },
    change(from, weights) {
      const last = stretches[stretches.length - 1]!;
      if (from < last.from)
        throw new InternalError(`class weights from element ${from} can't follow some from element ${last.from}`);
      const whole = weights === null ? configured : wholeWeights(weights);
      const order = createClassOrder(whole, last.debtsAt(from - last.from), [options.seed, from]);
      const next: Stretch = { from, ...order };
      // Weights that never came to bear leave no trace.
      if (from === last.from) stretches[stretches.length - 1] = next;
      else stretches.push(next);
      shares = sharesOf(whole);
    },
    get shares() {
      return shares;
    },
  };
}
