import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClassCourse, createClassCourse } from '../../src/mixers/class-course.js';

interface Entry {
  readonly length: number;
  readonly weights: readonly number[] | null;
}

const CLIPS = [3, 0, 7, 1, 5];
const options = {
  kind: 'real',
  classShares: CLIPS.map((clips) => clips / 16),
  size: 16,
  seed: 5,
} as const;

const weightsOf = (least: number) =>
  fc
    .array(
      fc.oneof(
        fc.integer({ min: least * 100, max: 10_000 }).map((n) => n / 100),
        fc.constantFrom(1, 2, Math.max(least, 0)),
      ),
      { minLength: CLIPS.length, maxLength: CLIPS.length },
    )
    .filter((weights) => weights.some((weight) => weight > 0));
const logOf = (weights: fc.Arbitrary<readonly number[] | null>) =>
  fc.array(fc.record({ length: fc.nat(40), weights }), { minLength: 1, maxLength: 12 });

function build(log: readonly Entry[]): { course: ClassCourse; end: number; wanted: number[][] } {
  const course = createClassCourse(options);
  const wanted: number[][] = [];
  let end = 0;
  for (const { length, weights } of log) {
    course.change(end, weights);
    const shares = weights ?? CLIPS;
    const sum = shares.reduce((a, b) => a + b, 0);
    for (let n = 0; n < length; n++) wanted.push(shares.map((share) => share / sum));
    end += length;
  }
  return { course, end, wanted };
}

/** For each number of elements, by how much each class was chosen less often than wanted. */
function debtsOf({ at }: Pick<ClassCourse, 'at'>, wanted: readonly (readonly number[])[]): number[][] {
  const debts = CLIPS.map(() => 0);
  return wanted.map((shares, j) => {
    for (const [label, share] of shares.entries()) debts[label]! += share;
    debts[at(j)]!--;
    return [...debts];
  });
}

const H = CLIPS.reduce((sum, _, k) => sum + 1 / (k + 1), 0);
const TINY = 1e-5;

describe('the course of the classes', () => {
  test('without weights it is the configured choice', () => {
    const course = createClassCourse(options);
    const counts = CLIPS.map(() => 0);
    for (let j = 0; j < 48; j++) counts[course.at(j)]!++;
    expect(counts).toEqual(CLIPS.map((clips) => 3 * clips));
    expect(course.shares).toEqual(options.classShares);
  });

  test('under weights set at the start, every class is within one sample of its share at any time', () => {
    fc.assert(
      fc.property(weightsOf(0), (weights) => {
        const { course, wanted } = build([{ length: 400, weights }]);
        for (const debts of debtsOf(course, wanted)) for (const debt of debts) expect(Math.abs(debt)).toBeLessThan(1 + TINY);
      }),
      { numRuns: 200 },
    );
  });

  test('over any log, no class has more than one sample too many, and none misses more than H_n', () => {
    const weights = fc.oneof(
      weightsOf(0.01),
      fc.constant([1, 1, 1, 1, 1]),
      // What hurts most: all weight on those that are behind.
      fc.constantFrom([100, 0.01, 0.01, 0.01, 0.01], [0.01, 0.01, 100, 100, 0.01], [0.01, 100, 0.01, 100, 100]),
    );
    fc.assert(
      fc.property(logOf(weights), (log) => {
        const { course, wanted } = build(log);
        for (const debts of debtsOf(course, wanted)) {
          expect(Math.min(...debts)).toBeGreaterThan(-1 - TINY);
          expect(Math.max(...debts)).toBeLessThan(H + TINY);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('what a change left open is made up for: soon every class is within one sample again', () => {
    fc.assert(
      fc.property(logOf(weightsOf(0.5)), weightsOf(0.5), (log, last) => {
        const { course, wanted } = build([...log, { length: 600, weights: last }]);
        for (const debt of debtsOf(course, wanted).slice(-300).flat()) expect(Math.abs(debt)).toBeLessThan(1 + TINY);
      }),
      { numRuns: 100 },
    );
  });

  test('a class of weight 0 is never chosen, whatever it is owed', () => {
    fc.assert(
      fc.property(logOf(fc.oneof(weightsOf(0), fc.constant(null))), (log) => {
        const { course, wanted } = build(log);
        for (const [j, shares] of wanted.entries()) expect(shares[course.at(j)]).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  test('random access agrees with going step by step, far behind the point where the order repeats too', () => {
    fc.assert(
      fc.property(logOf(fc.oneof(weightsOf(0), fc.constant(null))), fc.nat(), (log, at) => {
        const { course, end } = build(log);
        const inOrder = Array.from({ length: end + 200 }, (_, j) => course.at(j));
        const j = at % inOrder.length;
        expect(build(log).course.at(j)).toBe(inOrder[j]);
      }),
    );
    const weights = [1, 2, 0.5, 0, 3];
    const far = createClassCourse(options);
    far.change(7, weights);
    const counts = CLIPS.map(() => 0);
    for (let j = 1e12; j < 1e12 + 13; j++) counts[far.at(j)]!++;
    expect(counts).toEqual(weights.map((weight) => 2 * weight));
  });

  test('a change far on costs no more than one early, and carries what is owed', () => {
    const far = 1e12 + 3;
    const course = createClassCourse(options);
    course.change(0, [1, 1, 1, 1, 0]);
    course.change(far, [1, 1, 1, 1, 1]);
    const same = createClassCourse(options);
    same.change(0, [1, 1, 1, 1, 0]);
    const before = CLIPS.map(() => 0);
    for (let j = far - 3; j < far; j++) before[same.at(j)]!++;
    const missed = before.indexOf(0);
    // Three of four had their turn before: the fourth comes first now.
    expect([course.at(far), missed < 4]).toEqual([missed, true]);
  });

  test('weights that never came to bear leave no trace, and a change that goes back is a defect', () => {
    const [once, twice] = [createClassCourse(options), createClassCourse(options)];
    for (const course of [once, twice]) course.change(9, [0, 1, 0, 0, 0]);
    twice.change(9, [1, 0, 0, 0, 0]);
    twice.change(9, [0, 1, 0, 0, 0]);
    expect([...Array(30).keys()].map(twice.at)).toEqual([...Array(30).keys()].map(once.at));
    expect(() => once.change(8, null)).toThrow(/element 8 can't follow some from element 9/);
  });
});
