import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../../src/engine/index.js';
import { crossFit, foldsOf } from '../../src/evaluation/cross-fit.js';
import { stickSubject } from '../generator/support/tiny.js';

describe('foldsOf', () => {
  it('keeps people whole and deals them out by name', () => {
    const { of, by } = foldsOf([0, 0, 1, 1, 0, 1], ['b', 'a', 'c', 'a', 'd', 'b'], 2);
    expect(by).toBe('person');
    expect(of).toEqual([1, 0, 0, 0, 1, 1]);
  });

  it('never parts a person, and leaves no fold empty', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8 }), fc.integer({ min: 2, max: 4 }), (people, folds) => {
        const names = people.map(String);
        fc.pre(new Set(names).size >= folds);
        const { of } = foldsOf(new Array<number>(people.length).fill(0), names, folds);
        expect(new Set(of).size).toBe(folds);
        for (const name of new Set(names)) expect(new Set(of.filter((_, i) => names[i] === name)).size).toBe(1);
      }),
    );
  });

  it('deals out the clips of each class where there is one person only', () => {
    expect(foldsOf([0, 0, 1, 0, 1], ['a', 'a', 'a', 'a', 'a'], 2)).toEqual({ of: [0, 1, 0, 0, 1], by: 'clip' });
  });
});

it('crossFit reads each clip once, with a net that did not learn from it', async () => {
  const engine = await createOnnxEngine({ threads: 2 });
  try {
    const people = stickSubject.clips.map((_, i) => `p${Math.floor(i / 4)}`);
    const fit = await crossFit(stickSubject, people, 2, {
      ...{ kind: 'frame-transformer', engine, seed: 1, steps: 60, learningRate: 5e-3, numFrames: 12, width: 16, batchSize: 8 },
    });
    expect(fit).toMatchObject({ folds: 2, clips: 16, by: 'person' });
    expect(fit.accuracy).toBeGreaterThan(0.8);
  } finally {
    await engine.close();
  }
}, 60_000);
