import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advanceChoice, CHOICE_START, CREDIT_ONE, chooseSources } from '../../src/mixers/exact-choice.js';
import { ratio } from './support/ratio.js';

test('a state of two numbers is all that is needed to go on', () => {
  fc.assert(
    fc.property(ratio, fc.nat(1000), fc.nat(1000), (value, a, b) => {
      const there = advanceChoice(CHOICE_START, value, a);
      expect(advanceChoice(there, value, b)).toEqual(advanceChoice(CHOICE_START, value, a + b));
      expect(Number.isSafeInteger(there.credit) && there.credit >= 0 && there.credit < CREDIT_ONE).toBe(true);
    }),
  );
});

test('sums in halves are the sums of whole numbers, however many elements there are', () => {
  const count = fc.oneof(fc.nat(2 ** 26), fc.integer({ min: 2 ** 26 - 2, max: 2 ** 26 + 2 }), fc.nat(2 ** 40));
  fc.assert(
    fc.property(ratio, fc.nat(2 ** 30), count, (value, before, n) => {
      const credit = (before * 2 ** 22) % CREDIT_ONE;
      const total = BigInt(credit) + BigInt(Math.round(value * CREDIT_ONE)) * BigInt(n);
      expect(advanceChoice({ synthetic: 7, credit }, value, n)).toEqual({
        synthetic: 7 + Number(total / BigInt(CREDIT_ONE)),
        credit: Number(total % BigInt(CREDIT_ONE)),
      });
    }),
  );
});

test('the elements chosen one by one end where the sum ends', () => {
  fc.assert(
    fc.property(ratio, fc.nat(500), (value, n) => {
      const served = chooseSources(CHOICE_START, value, n).reduce((sum, mark) => sum + mark, 0);
      expect(served).toBe(advanceChoice(CHOICE_START, value, n).synthetic);
    }),
  );
});

test('ratio 0 chooses no synthetic element and ratio 1 only synthetic ones', () => {
  expect(chooseSources(CHOICE_START, 0, 1000).includes(1)).toBe(false);
  expect(chooseSources(CHOICE_START, 1, 1000).includes(0)).toBe(false);
});

test('a ratio of a third puts each synthetic element in the middle of its three', () => {
  expect([...chooseSources(CHOICE_START, 1 / 3, 9)]).toEqual([0, 1, 0, 0, 1, 0, 0, 1, 0]);
});

test('the counts still hold after 10^12 elements, and a tiny ratio gets its one sample', () => {
  const far = 1e12;
  expect(advanceChoice(CHOICE_START, 0.3, far).synthetic).toBe(0.3 * far);
  expect(advanceChoice(CHOICE_START, 1e-9, 4e8).synthetic).toBe(0);
  expect(advanceChoice(CHOICE_START, 1e-9, 6e8).synthetic).toBe(1);
});
