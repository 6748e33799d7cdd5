import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createClassChoice } from '../../src/mixers/class-choice.js';

const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 }).filter((all) => all.some((n) => n > 0));
const seed = fc.nat();

function options(clips: readonly number[], kind: 'real' | 'uniform', seedValue: number) {
  const size = clips.reduce((a, b) => a + b, 0);
  return { kind, classShares: clips.map((n) => n / size), size, seed: seedValue } as const;
}

/** The largest difference, over all starts [0, n), between a class's count and n times its share. */
function worstDeviation(choose: (j: number) => number, shares: readonly number[], length: number): number {
  const chosen = shares.map(() => 0);
  let worst = 0;
  for (let n = 1; n <= length; n++) {
    chosen[choose(n - 1)]!++;
    for (const [label, share] of shares.entries()) worst = Math.max(worst, Math.abs(chosen[label]! - n * share));
  }
  return worst;
}

describe('class choice', () => {
  test('real: after any number of samples each class is within one of its share', () => {
    fc.assert(
      fc.property(counts, seed, (clips, seedValue) => {
        const all = options(clips, 'real', seedValue);
        expect(worstDeviation(createClassChoice(all), all.classShares, 2 * all.size + 3)).toBeLessThan(1 + 1e-9);
      }),
    );
  });

  test('uniform: after any number of samples every class that has clips is within one of the others', () => {
    fc.assert(
      fc.property(counts, seed, (clips, seedValue) => {
        const present = clips.filter((n) => n > 0).length;
        const shares = clips.map((n) => (n > 0 ? 1 / present : 0));
        const choose = createClassChoice(options(clips, 'uniform', seedValue));
        expect(worstDeviation(choose, shares, 3 * present + 1)).toBeLessThan(1 + 1e-9);
      }),
    );
  });

  test('the class of an element is a pure function of the seed and its number', () => {
    fc.assert(
      fc.property(counts, seed, fc.array(fc.nat(500), { maxLength: 20 }), (clips, seedValue, asked) => {
        const all = options(clips, 'real', seedValue);
        const inOrder = createClassChoice(all);
        const expected = Array.from({ length: 501 }, (_, j) => inOrder(j));
        const anyOrder = createClassChoice(all);
        for (const j of asked) expect(anyOrder(j)).toBe(expected[j]);
      }),
    );
  });

  test('the seed and the block decide the order', () => {
    const take = (seedValue: number, from: number): number[] => {
      const choose = createClassChoice(options(new Array(20).fill(1), 'real', seedValue));
      return Array.from({ length: 20 }, (_, i) => choose(from + i));
    };
    expect(take(1, 0)).not.toEqual(take(2, 0));
    expect(take(1, 0)).not.toEqual(take(1, 20));
  });

  test('shares that are no whole clips are rounded to some, all of them used', () => {
    const choose = createClassChoice({ kind: 'real', classShares: [1 / 3, 1 / 3, 1 / 3], size: 10, seed: 0 });
    const chosen = [0, 0, 0];
    for (let j = 0; j < 10; j++) chosen[choose(j)]!++;
    expect(chosen.sort()).toEqual([3, 3, 4]);
  });
});
