/**
 * One synthetic sample in units of credit. Ratios are rounded to multiples of 1 / 2^52, so that credit + ratio stays below
 * 2^53 and every sum below is exact in float64: the choice can't drift, however long the stream is. (The rounding itself is
 * less than 2^-53 a sample, one sample in 9e15.)
 */
export const CREDIT_ONE = 2 ** 52;

/** Half the digits of a credit: products of halves and counts below 2^27 are exact in float64. */
const HALF = 2 ** 26;

/** Where the choice stands before an element: all that is needed to go on. */
export interface ChoiceState {
  /** Synthetic elements so far. Element k is the (k - synthetic)-th real one if it is real. */
  readonly synthetic: number;
  /** Credit of the synthetic source, a whole number in [0, CREDIT_ONE). */
  readonly credit: number;
}

/** The state before element 0. Half a credit puts the first synthetic sample in the middle of its stretch. */
export const CHOICE_START: ChoiceState = { synthetic: 0, credit: CREDIT_ONE / 2 };

const toCredit = (ratio: number): number => Math.round(ratio * CREDIT_ONE);

/**
 * Error diffusion over the elements of a stream: each adds its ratio to a credit, and takes a synthetic sample when the credit
 * reaches 1. With W(n) = sum of the ratios of elements 0 to n - 1, served(n) = floor(W(n) + 1/2). Over any window [a, b) of
 * elements |served - wanted| = |frac(W(b) + 1/2) - frac(W(a) + 1/2)| < 1, for the synthetic and so for the real ones; from the
 * start it is at most 1/2. The ratio of each element may differ: a change only cuts the sum into pieces, each closed in form.
 *
 * @returns the state `count` elements later under one ratio: credit + count * ratio, whole part and rest
 */
export function advanceChoice(state: ChoiceState, ratio: number, count: number): ChoiceState {
  const step = toCredit(ratio);
  if (count >= HALF) {
    const total = BigInt(state.credit) + BigInt(step) * BigInt(count);
    return { synthetic: state.synthetic + Number(total >> 52n), credit: Number(total & (BigInt(CREDIT_ONE) - 1n)) };
  }
  const low = (step % HALF) * count + (state.credit % HALF);
  const high = Math.floor(step / HALF) * count + Math.floor(state.credit / HALF) + Math.floor(low / HALF);
  return { synthetic: state.synthetic + Math.floor(high / HALF), credit: (high % HALF) * HALF + (low % HALF) };
}

/** The next elements under one ratio: 1 synthetic, 0 real. One addition an element. */
export function chooseSources({ credit: before }: ChoiceState, ratio: number, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  const step = toCredit(ratio);
  let credit = before;
  for (let k = 0; k < count; k++) {
    credit += step;
    if (credit < CREDIT_ONE) continue;
    credit -= CREDIT_ONE;
    marks[k] = 1;
  }
  return marks;
}
