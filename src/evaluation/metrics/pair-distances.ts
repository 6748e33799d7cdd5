import type { Random } from '../../core/random.js';

/** Numbers of two rows. */
export type Pair = readonly [number, number];

/** Mean L2 distance of the given pairs of rows; NaN of none. */
export function meanPairDistance(features: readonly Float32Array[], pairs: readonly Pair[]): number {
  let sum = 0;
  for (const [a, b] of pairs) {
    const [first, second] = [features[a]!, features[b]!];
    let square = 0;
    for (let i = 0; i < first.length; i++) square += (first[i]! - second[i]!) ** 2;
    sum += Math.sqrt(square);
  }
  return sum / pairs.length;
}

/** Two different numbers of a list, drawn evenly; the list must hold two or more. */
function drawPair(among: readonly number[], random: Random): Pair {
  const a = random.int(among.length);
  const b = random.int(among.length - 1);
  return [among[a]!, among[b < a ? b : b + 1]!];
}

/** `count` pairs of different rows out of `among`, with replacement from pair to pair; none where there are fewer than two rows. */
export function drawPairs(among: readonly number[], count: number, random: Random): Pair[] {
  return among.length < 2 ? [] : Array.from({ length: count }, () => drawPair(among, random));
}

/** `count` pairs within each class out of the rows `among`; classes with fewer than two rows have none. */
export function drawPairsByClass(
  labels: readonly number[],
  among: readonly number[],
  count: number,
  random: Random,
): ReadonlyMap<number, Pair[]> {
  const byClass = new Map<number, number[]>();
  for (const row of among) byClass.set(labels[row]!, [...(byClass.get(labels[row]!) ?? []), row]);
  const pairs = new Map<number, Pair[]>();
  for (const [label, rows] of [...byClass].sort(([a], [b]) => a - b))
    if (rows.length > 1) pairs.set(label, drawPairs(rows, count, random));
  return pairs;
}
