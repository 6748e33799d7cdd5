import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RatioSchedule } from '../../src/core/ratio-schedule.js';
import { batchPlace } from '../../src/mixers/batch-place.js';
import { CREDIT_ONE, chooseSources } from '../../src/mixers/exact-choice.js';
import { createRatioCourse, type RatioCourse } from '../../src/mixers/ratio-course.js';
import { ratio, schedule } from './support/ratio.js';

interface Entry {
  readonly batches: number;
  readonly wanted: number | RatioSchedule;
}

/** A log: so many batches under each ratio or schedule. */
const log = fc.array(fc.record({ batches: fc.nat(25), wanted: fc.oneof(ratio, schedule) }), { minLength: 1, maxLength: 5 });
const sizes = fc.record({ batchSize: fc.integer({ min: 1, max: 5 }), epochSize: fc.integer({ min: 1, max: 60 }) });

function build(entries: readonly Entry[], size: { batchSize: number; epochSize: number }): { course: RatioCourse; end: number } {
  const course = createRatioCourse({ ...size, ratio: entries[0]!.wanted });
  let end = entries[0]!.batches;
  for (const { batches, wanted } of entries.slice(1)) {
    course.change(end, wanted);
    end += batches;
  }
  return { course, end };
}

describe('the course of the ratio', () => {
  test('over any window of any log of ratios and schedules, each source is served within one sample of what was wanted', () => {
    fc.assert(
      fc.property(log, sizes, fc.nat(), fc.nat(), (entries, size, a, b) => {
        const { course, end } = build(entries, size);
        // The window begins and ends anywhere within a batch. In units of 2^-52, so that the test's own sum is exact.
        const marks: number[] = [];
        const wanted: bigint[] = [];
        for (let seq = 0; seq < end; seq++) {
          const target = course.targetAt(seq);
          const { count } = batchPlace(seq, size.batchSize, size.epochSize);
          marks.push(...chooseSources(course.stateAt(seq), target, count));
          const credit = BigInt(Math.round(target * CREDIT_ONE));
          for (let n = 0; n < count; n++) wanted.push(credit);
        }
        const from = a % (marks.length + 1);
        const to = from + (b % (marks.length - from + 1));
        const served = marks.slice(from, to).reduce((sum, mark) => sum + mark, 0);
        const off = BigInt(served) * BigInt(CREDIT_ONE) - wanted.slice(from, to).reduce((sum, value) => sum + value, 0n);
        expect(off < BigInt(CREDIT_ONE) && -off < BigInt(CREDIT_ONE)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('states follow from each other, and are the same in whatever order they are asked for', () => {
    fc.assert(
      fc.property(log, sizes, fc.nat(), (entries, size, at) => {
        const { course, end } = build(entries, size);
        let synthetic = 0;
        for (let seq = 0; seq < end; seq++) {
          const state = course.stateAt(seq);
          expect(state.synthetic).toBe(synthetic);
          const { count } = batchPlace(seq, size.batchSize, size.epochSize);
          synthetic += chooseSources(state, course.targetAt(seq), count).reduce((sum, mark) => sum + mark, 0);
        }
        const seq = at % (end + 1);
        expect(build(entries, size).course.stateAt(seq)).toEqual(course.stateAt(seq));
      }),
    );
  });

  test('a schedule of many batches is asked for anywhere, and goes on for ever after its end', () => {
    const course = createRatioCourse({
      batchSize: 3,
      epochSize: 10,
      ratio: { kind: 'cosine', from: 0, to: 0.5, over: 1000, unit: 'epochs' },
    });
    const late = course.stateAt(3000);
    let sum = 0;
    for (let seq = 0; seq < 3000; seq++) sum += course.targetAt(seq) * batchPlace(seq, 3, 10).count;
    expect(late.synthetic).toBe(Math.floor(sum + 0.5));
    const there = course.stateAt(4000).synthetic;
    expect(course.stateAt(4_000_000).synthetic - there).toBe((0.5 * 3_996_000 * 10) / 4);
  });

  test('a second change at the same batch replaces the first, and one before the last is a defect', () => {
    const course = createRatioCourse({ batchSize: 1, epochSize: 100, ratio: 0 });
    course.change(10, 0.5);
    course.change(10, 1);
    expect([9, 10, 11].map(course.targetAt)).toEqual([0, 1, 1]);
    expect(course.stateAt(12).synthetic).toBe(2);
    expect(() => course.change(9, 1)).toThrow(/batch 9 can't follow one from batch 10/);
  });
});
