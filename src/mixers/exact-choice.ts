import { InternalError } from '../core/errors.js';

/**
 * One synthetic sample in units of credit. Ratios are rounded to multiples of 1 / 2^52, so that credit + ratio stays below
 * 2^53 and every sum below is exact in float64: the choice can't drift, however long the stream is. (The rounding itself is
 * less than 2^-53 a sample, one sample in 9e15.)
 */
export const CREDIT_ONE = 2 ** 52;

/** Where the choice stands before an element: all that is needed to go on. */
export interface ChoiceState {
  /** Synthetic elements so far. Element k is the (k - synthetic)-th real one if it is real. */
  readonly synthetic: number;
  /** Credit of the synthetic source, a whole number in [0, CREDIT_ONE). */
  readonly credit: number;
}

/** The state before element 0. Half a credit puts the first synthetic sample in the middle of its stretch. */
export const CHOICE_START: ChoiceState = { synthetic: 0, credit: CREDIT_ONE / 2 };

/** The number of an element within its own source. */
export interface Choice {
  readonly synthetic: boolean;
  /** i-th real or j-th synthetic element of the stream, from 0. */
  readonly index: number;
}

const toCredit = (ratio: number): number => Math.round(ratio * CREDIT_ONE);

/** The state `count` elements later, under one ratio, in closed form: credit + count * ratio, whole part and rest. */
export function advanceChoice(state: ChoiceState, ratio: number, count: number): ChoiceState {
  const total = BigInt(state.credit) + BigInt(toCredit(ratio)) * BigInt(count);
  return { synthetic: state.synthetic + Number(total >> 52n), credit: Number(total & (BigInt(CREDIT_ONE) - 1n)) };
}

interface Segment {
  readonly from: number;
  readonly ratio: number;
  readonly state: ChoiceState;
}

/** Which source each element of a stream comes from, while the ratio moves. A pure function of the changes. */
export interface ExactChoice {
  /**
   * Sets the ratio from an element on. Credit is carried over, so the bound holds across changes.
   * @throws InternalError where `from` lies before the last change
   */
  change(from: number, ratio: number): void;
  /** The choice of element k. O(log changes). */
  at(k: number): Choice;
  /** The state before element k. O(log changes). */
  stateAt(k: number): ChoiceState;
  /** For elements [from, from + count): 1 synthetic, 0 real. One look-up, then one addition an element. */
  window(from: number, count: number): Uint8Array;
}

/**
 * Error diffusion over the elements of a stream: each adds its ratio to a credit, and takes a synthetic sample when the credit
 * reaches 1. With W(n) = sum of the ratios of elements 0 to n - 1, served(n) = floor(W(n) + 1/2). Over any window [a, b) of
 * elements |served - wanted| = |frac(W(b) + 1/2) - frac(W(a) + 1/2)| < 1, for the synthetic and so for the real ones; from the
 * start it is at most 1/2. The ratio of each element may differ: a change only cuts the sum into pieces, each closed in form.
 */
export function createExactChoice(ratio: number): ExactChoice {
  const segments: Segment[] = [{ from: 0, ratio, state: CHOICE_START }];

  const find = (k: number): number => {
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (segments[middle]!.from <= k) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const stateIn = (segment: Segment, k: number): ChoiceState => advanceChoice(segment.state, segment.ratio, k - segment.from);
  const stateAt = (k: number): ChoiceState => stateIn(segments[find(k)]!, k);

  return {
    stateAt,
    change(from, next) {
      const last = segments[segments.length - 1]!;
      if (from < last.from) throw new InternalError(`a ratio from element ${from} can't follow one from element ${last.from}`);
      const segment = { from, ratio: next, state: stateIn(last, from) };
      if (from === last.from) segments[segments.length - 1] = segment;
      else segments.push(segment);
    },
    at(k) {
      const segment = segments[find(k)]!;
      const { synthetic, credit } = stateIn(segment, k);
      const isSynthetic = credit + toCredit(segment.ratio) >= CREDIT_ONE;
      return { synthetic: isSynthetic, index: isSynthetic ? synthetic : k - synthetic };
    },
    window(from, count) {
      const marks = new Uint8Array(count);
      let at = find(from);
      let { credit } = stateIn(segments[at]!, from);
      for (let k = from, end = from + count; k < end; at++) {
        const step = toCredit(segments[at]!.ratio);
        const stop = Math.min(end, segments[at + 1]?.from ?? end);
        for (; k < stop; k++) {
          credit += step;
          if (credit >= CREDIT_ONE) {
            credit -= CREDIT_ONE;
            marks[k - from] = 1;
          }
        }
      }
      return marks;
    },
  };
}
