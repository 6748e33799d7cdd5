import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advanceChoice, CHOICE_START, CREDIT_ONE, createExactChoice, type ExactChoice } from '../../src/mixers/exact-choice.js';

const ratio = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 0.1, 0.3, 1 / 3, 0.5, 0.999999) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1e-6, noNaN: true }) },
);
/** Stretches of elements, each with its ratio: what a log of changes cuts a stream into. */
const stretches = fc.array(fc.record({ length: fc.integer({ min: 0, max: 200 }), ratio }), { minLength: 1, maxLength: 12 });

function build(log: { length: number; ratio: number }[]): { choice: ExactChoice; ratios: number[] } {
  const choice = createExactChoice(log[0]!.ratio);
  const ratios: number[] = [];
  for (const [i, stretch] of log.entries()) {
    if (i > 0) choice.change(ratios.length, stretch.ratio);
    for (let n = 0; n < stretch.length; n++) ratios.push(stretch.ratio);
  }
  return { choice, ratios };
}

describe('exact choice', () => {
  test('over any window of any log of changes, served and wanted differ by less than one sample', () => {
    fc.assert(
      fc.property(stretches, fc.nat(), fc.nat(), (log, a, b) => {
        const { choice, ratios } = build(log);
        const from = a % (ratios.length + 1);
        const count = b % (ratios.length - from + 1);
        const served = choice.window(from, count).reduce((sum, mark) => sum + mark, 0);
        // In whole units of 2^-52, so that the test's own sum is exact too.
        const wanted = ratios.slice(from, from + count).reduce((sum, value) => sum + BigInt(Math.round(value * CREDIT_ONE)), 0n);
        const off = BigInt(served) * BigInt(CREDIT_ONE) - wanted;
        expect(off < BigInt(CREDIT_ONE) && -off < BigInt(CREDIT_ONE)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('from the start, served and wanted differ by at most half a sample', () => {
    fc.assert(
      fc.property(stretches, (log) => {
        const { choice, ratios } = build(log);
        let wanted = 0;
        let served = 0;
        let worst = 0;
        choice.window(0, ratios.length).forEach((mark, k) => {
          wanted += ratios[k]!;
          served += mark;
          worst = Math.max(worst, Math.abs(served - wanted));
        });
        expect(worst).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });

  test('random access, windows and single steps agree', () => {
    fc.assert(
      fc.property(stretches, fc.nat(), (log, a) => {
        const { choice, ratios } = build(log);
        const from = a % (ratios.length + 1);
        const next = { real: 0, synthetic: 0 };
        const marks = choice.window(0, ratios.length);
        const stepped = Array.from(marks, (mark) => ({ synthetic: mark === 1, index: mark ? next.synthetic++ : next.real++ }));
        expect(ratios.map((_, k) => choice.at(k))).toEqual(stepped);
        expect(choice.window(from, ratios.length - from)).toEqual(marks.slice(from));
      }),
    );
  });

  test('a state of two numbers is all that is needed to go on', () => {
    fc.assert(
      fc.property(ratio, fc.nat(1000), fc.nat(1000), (value, a, b) => {
        const there = advanceChoice(CHOICE_START, value, a);
        expect(advanceChoice(there, value, b)).toEqual(advanceChoice(CHOICE_START, value, a + b));
        expect(createExactChoice(value).stateAt(a)).toEqual(there);
        expect(Number.isSafeInteger(there.credit) && there.credit >= 0 && there.credit < CREDIT_ONE).toBe(true);
      }),
    );
  });

  test('ratio 0 chooses no synthetic element and ratio 1 only synthetic ones, in order', () => {
    expect(createExactChoice(0).window(0, 1000).includes(1)).toBe(false);
    expect(createExactChoice(1).window(0, 1000).includes(0)).toBe(false);
    expect(createExactChoice(0).at(12345)).toEqual({ synthetic: false, index: 12345 });
    expect(createExactChoice(1).at(12345)).toEqual({ synthetic: true, index: 12345 });
  });

  test('a ratio of a third puts each synthetic element in the middle of its three', () => {
    expect([...createExactChoice(1 / 3).window(0, 9)]).toEqual([0, 1, 0, 0, 1, 0, 0, 1, 0]);
  });

  test('the counts still hold after 10^12 elements, and a tiny ratio gets its one sample', () => {
    const far = 1e12;
    expect(createExactChoice(0.3).stateAt(far).synthetic).toBe(0.3 * far);
    expect(createExactChoice(1e-9).stateAt(4e8).synthetic).toBe(0);
    expect(createExactChoice(1e-9).stateAt(6e8).synthetic).toBe(1);
  });

  test('a second change at the same element replaces the first', () => {
    const choice = createExactChoice(0);
    choice.change(10, 0.5);
    choice.change(10, 1);
    expect([...choice.window(8, 4)]).toEqual([0, 0, 1, 1]);
  });

  test('a change before the last one is a defect', () => {
    const choice = createExactChoice(0);
    choice.change(10, 0.5);
    expect(() => choice.change(9, 1)).toThrow(/element 9 can't follow one from element 10/);
  });
});
