import type { Judgement } from '../judgement.js';

/** Counts [K][K]: how many clips of class i (row) were taken for class j (column). */
export function confusionOf(judgements: readonly Pick<Judgement, 'label' | 'predicted'>[], numClasses: number): number[][] {
  const counts = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  for (const { label, predicted } of judgements) counts[label]![predicted]!++;
  return counts;
}

/** Share of the clips of each class that are taken for it, [K]; null where there is no clip. */
export function accuracyByClass(confusion: readonly (readonly number[])[]): (number | null)[] {
  return confusion.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return total === 0 ? null : row[label]! / total;
  });
}

/** Share of clips that are taken for what they should be; NaN of none. */
export function accuracyOf(judgements: readonly Pick<Judgement, 'label' | 'predicted'>[]): number {
  return judgements.filter(({ label, predicted }) => label === predicted).length / judgements.length;
}
