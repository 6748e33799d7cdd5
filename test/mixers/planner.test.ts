import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPlanner, type Planner } from '../../src/mixers/planner.js';

const classes = { at: (j: number) => j % 3, change: () => {} };
const plannerOf = (ratio: number): Planner => createPlanner({ batchSize: 4, epochSize: 10, ratio, classes });

test('real indices and synthetic classes run on without gap or repeat over batches, epochs and changes', () => {
  const changes = fc.array(fc.record({ after: fc.nat(5), value: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 8 });
  fc.assert(
    fc.property(changes, fc.double({ min: 0, max: 1, noNaN: true }), (log, first) => {
      const planner = plannerOf(first);
      let seq = 0;
      let reals = 0;
      let synthetics = 0;
      const check = (): void => {
        const plan = planner.plan(seq++);
        expect(plan.firstReal).toBe(reals);
        for (const label of plan.labels) {
          if (label < 0) reals++;
          else expect(label).toBe(synthetics++ % 3);
        }
      };
      log.forEach(({ after, value }) => {
        for (let n = 0; n < after; n++) check();
        planner.change({ key: 'ratio', effectiveSeq: seq, value });
      });
      for (let n = 0; n < 5; n++) check();
    }),
  );
});

test('a plan is the same whenever and in whatever order it is made', () => {
  const planner = plannerOf(0.4);
  planner.change({ key: 'ratio', effectiveSeq: 3, value: 0.9 });
  const [third, first] = [planner.plan(3), planner.plan(1)];
  planner.change({ key: 'ratio', effectiveSeq: 6, value: 0 });
  expect([planner.plan(1), planner.plan(3)]).toEqual([first, third]);
  expect([first.target, third.target]).toEqual([0.4, 0.9]);
});
