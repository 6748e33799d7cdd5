import { describe, expect, it } from 'vitest';
import { energyOrder } from '../../../src/loader/transforms/energy-order.js';
import { makeClip } from '../support/clips.js';

/** Persons of three joints in four frames, each as wide as given; absent in the frames that are named. */
function people(widths: readonly number[], absent: readonly (readonly number[])[] = []) {
  const values = widths.flatMap((width, m) =>
    Array.from({ length: 4 * 3 }, (_, i) => {
      const [t, v] = [Math.floor(i / 3), i % 3];
      return absent[m]?.includes(t) ? [0, 0, 0] : [5 + m + width * v, 2, 3];
    }).flat(),
  );
  return makeClip({ M: widths.length, T: 4, V: 3, C: 3 }, values);
}

describe('persons by their spread', () => {
  it('come widest first', () => {
    expect(energyOrder(people([1, 3, 2]))).toEqual([1, 2, 0]);
  });

  it('count in the frames that have them only', () => {
    // Zeros would make the second one wider than the first.
    expect(energyOrder(people([1, 0.5], [[], [1, 2]]))).toEqual([0, 1]);
  });

  it('keep their order where they are as wide, and come last where they are never there', () => {
    expect(energyOrder(people([1, 1, 1]))).toEqual([0, 1, 2]);
    expect(energyOrder(people([1, 2, 0.5], [[0, 1, 2, 3]]))).toEqual([1, 2, 0]);
  });
});
