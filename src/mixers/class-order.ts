import { keyedRandom } from '../core/random.js';

/** What a class is owed, in parts of a sample: the sum over its shares less how often it was chosen. */
export interface ClassDebts {
  /** Parts that make one sample. */
  readonly one: number;
  /** Whole parts by class number; they sum to 0. */
  readonly parts: Float64Array;
}

/** Classes in proportion to whole weights. */
export interface ClassOrder {
  /** The class of element i, from 0. */
  at(i: number): number;
  /** What each class is owed before element i. */
  debtsAt(i: number): ClassDebts;
}

/** About so many parts make one sample: what rounding to them could do is far below one sample in a lifetime of changes. */
const PARTS = 2 ** 26;

/** Debts in other parts; what rounding leaves over goes to the class that is owed most. */
function inParts({ one, parts }: ClassDebts, wanted: number): Float64Array {
  const converted = parts.map((value) => Math.round((value / one) * wanted));
  const rest = converted.reduce((sum, value) => sum + value, 0);
  if (rest !== 0) converted[converted.indexOf(Math.max(...converted))]! -= rest;
  return converted;
}

/**
 * The order of classes under one set of weights, going on from what each is owed. Each element adds its shares to the debts and
 * takes
 * - the class that is owed most, where that is a sample or more;
 * - else among the classes that are owed anything the one that will be owed a whole sample first (earliest deadline, as in
 *   class-choice.ts);
 * - else, where classes without weight are owed what all others had in excess, the one that is owed most.
 *
 * Without debts at the start every debt stays within (-1, 1). With any debts, over any number of changes, none exceeds the
 * H_n = 1 + 1/2 + ... + 1/n of the game of n cups, of which the fullest is emptied by one (Adler et al. 2003), and none of a
 * class is below -1 as long as all have weight. Nobody who does not know the changes to come can promise less than log2(n) / 2.
 *
 * The debts take finitely many values at the ends of rounds, so the order repeats itself sooner or later: from there on any element
 * is looked up.
 *
 * @param weights whole numbers, at least one above 0; a class of weight 0 is never chosen
 * @param key decides among classes that are equally urgent
 */
export function createClassOrder(weights: readonly number[], start: ClassDebts, key: readonly number[]): ClassOrder {
  const round = weights.reduce((a, b) => a + b, 0);
  const scale = Math.max(1, Math.floor(PARTS / round));
  const one = round * scale;
  const first = inParts(start, one);
  const shares = Float64Array.from(weights, (weight) => weight * scale);
  const labels = keyedRandom('class order', ...key).shuffle(weights.flatMap((weight, label) => (weight > 0 ? [label] : [])));

  const debts = first.slice();
  let chosen = new Uint32Array(256);
  let filled = 0;
  const ends = new Map<string, number>();
  let cycle: { readonly from: number; readonly length: number } | undefined;

  const choose = (): number => {
    let best = -1;
    let bestRank = -1;
    let bestUrgency = 0;
    for (const label of labels) {
      const share = shares[label]!;
      debts[label]! += share;
      const debt = debts[label]!;
      const rank = debt >= one ? 2 : debt > 0 ? 1 : 0;
      const urgency = rank === 1 ? -Math.ceil((one - debt) / share) : debt;
      if (rank < bestRank || (rank === bestRank && urgency <= bestUrgency)) continue;
      best = label;
      bestRank = rank;
      bestUrgency = urgency;
    }
    debts[best]! -= one;
    return best;
  };
  const fillTo = (count: number): void => {
    while (filled < count && !cycle) {
      if (filled % round === 0) {
        const state = labels.map((label) => debts[label]).join();
        const before = ends.get(state);
        if (before !== undefined) {
          cycle = { from: before, length: filled - before };
          ends.clear();
          return;
        }
        ends.set(state, filled);
      }
      if (filled === chosen.length) {
        const longer = new Uint32Array(2 * filled);
        longer.set(chosen);
        chosen = longer;
      }
      chosen[filled++] = choose();
    }
  };
  /** The place among those that are filled that holds the same. */
  const placeOf = (i: number): number => (!cycle || i < filled ? i : cycle.from + ((i - cycle.from) % cycle.length));

  return {
    at(i) {
      fillTo(i + 1);
      return chosen[placeOf(i)]!;
    },
    debtsAt(i) {
      fillTo(i);
      const place = placeOf(i);
      const parts = first.map((debt, label) => debt + shares[label]! * place);
      for (let k = 0; k < place; k++) parts[chosen[k]!]! -= one;
      return { one, parts };
    },
  };
}
