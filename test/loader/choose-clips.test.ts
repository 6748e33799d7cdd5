import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseClips, type DatasetItem } from '../../src/loader/index.js';

const items = fc
  .array(fc.record({ label: fc.nat(4), subject: fc.option(fc.constantFrom('s1', 's2', 's3'), { nil: undefined }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((list) =>
    list.map(({ label, subject }, i): DatasetItem => ({ id: `clip ${i}`, label, ...(subject === undefined ? {} : { subject }) })),
  );
const chosen = (of: Parameters<typeof chooseClips>[0], clipsPerClass: number, seed = 0) =>
  chooseClips(of, { clipsPerClass, seed }).map((index) => of[index]!);

describe('chooseClips', () => {
  it('takes the wanted number of each class, or all there are, in their order', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 12 }), fc.nat(), (of, clipsPerClass, seed) => {
        const indices = chooseClips(of, { clipsPerClass, seed });
        expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
        for (const label of new Set(of.map((item) => item.label))) {
          const count = (list: typeof of) => list.filter((item) => item.label === label).length;
          expect(count(indices.map((index) => of[index]!))).toBe(Math.min(clipsPerClass, count(of)));
        }
      }),
    );
  });

  it('takes no subject of a class twice more often than another one that still has clips', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 12 }), fc.nat(), (of, clipsPerClass, seed) => {
        const taken = chosen(of, clipsPerClass, seed);
        for (const label of new Set(of.map((item) => item.label))) {
          const count = (list: typeof of, subject?: string) =>
            list.filter((item) => item.label === label && item.subject === subject).length;
          const subjects = [...new Set(of.filter((item) => item.label === label).map(({ subject }) => subject))];
          const most = Math.max(...subjects.map((subject) => count(taken, subject)));
          for (const subject of subjects)
            expect(count(taken, subject)).toBeGreaterThanOrEqual(Math.min(most - 1, count(of, subject)));
        }
      }),
    );
  });

  it('is a part of each larger choice with the same seed', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 8 }), fc.nat(), (of, clipsPerClass, seed) => {
        const more = chosen(of, clipsPerClass + 1, seed);
        for (const item of chosen(of, clipsPerClass, seed)) expect(more).toContain(item);
      }),
    );
  });

  it('does not depend on the order of the clips', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 8 }), (of, clipsPerClass) => {
        const ids = (list: typeof of) => list.map(({ id }) => id).sort();
        expect(ids(chosen(of.toReversed(), clipsPerClass))).toEqual(ids(chosen(of, clipsPerClass)));
      }),
    );
  });

  it('gives every subject its share over the classes, with one clip of each', () => {
    const of = Array.from({ length: 12 * 4 * 3 }, (_, i) => ({
      id: `clip ${i}`,
      label: i % 12,
      subject: `s${Math.floor(i / 12) % 4}`,
    }));
    const counts = ['s0', 's1', 's2', 's3'].map((name) => chosen(of, 1).filter(({ subject }) => subject === name).length);
    expect(counts).toEqual([3, 3, 3, 3]);
  });

  it('chooses others for another seed', () => {
    const of = Array.from({ length: 40 }, (_, i) => ({ id: `clip ${i}`, label: 0 }));
    expect(chosen(of, 5, 1)).toEqual(chosen(of, 5, 1));
    expect(chosen(of, 5, 1)).not.toEqual(chosen(of, 5, 2));
  });
});
