import type { LivePart } from '../stream/messages.js';

/** Orders that the list of classes can have. */
export type ClassOrder = 'number' | 'name' | 'real' | 'synthetic' | 'share' | 'weight';

/** Numbers of the classes in an order; counts and weights from the largest down, equal ones by number. Pure. */
export function orderClasses(
  names: readonly string[],
  counts: LivePart['classCounts'],
  order: ClassOrder,
  weights: readonly number[] = [],
): number[] {
  const real = (label: number): number => counts.real[label] ?? 0;
  const synthetic = (label: number): number => counts.synthetic[label] ?? 0;
  const share = (label: number): number => synthetic(label) / Math.max(1, real(label) + synthetic(label));
  const weight = (label: number): number => weights[label] ?? 0;
  const value = { real, synthetic, share, weight };
  return names
    .map((_, label) => label)
    .sort((a, b) => {
      if (order === 'number') return a - b;
      return (order === 'name' ? names[a]!.localeCompare(names[b]!) : value[order](b) - value[order](a)) || a - b;
    });
}
