import type { Random } from '../../core/random.js';

/**
 * Draws `size` rows without replacement so that every class keeps its share: rows are shuffled within their classes, laid out
 * class by class, and taken at even steps from a random start (systematic sampling). Each row is as likely as any other.
 *
 * @param size at most the number of rows
 */
export function drawStratified(labels: readonly number[], size: number, random: Random): number[] {
  const rows = random.shuffle(labels.map((_, row) => row)).sort((a, b) => labels[a]! - labels[b]!);
  const start = random.uniform();
  return Array.from({ length: size }, (_, i) => rows[Math.min(rows.length - 1, Math.floor(((i + start) * rows.length) / size))]!);
}

/** Two disjoint halves with the same classes, as far as their numbers allow; of an odd number the second has one more. */
export function drawHalves(labels: readonly number[], random: Random): readonly [number[], number[]] {
  const first = drawStratified(labels, labels.length >> 1, random);
  const chosen = new Set(first);
  return [first, labels.map((_, row) => row).filter((row) => !chosen.has(row))];
}
