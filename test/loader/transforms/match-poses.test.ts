import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPoses } from '../../../src/loader/transforms/match-poses.js';
import type { Planes } from '../../../src/loader/transforms/planes.js';

/** Persons with one joint: [x, score] of each in each frame; y is 0. */
function people(frames: readonly (readonly (readonly [number, number])[])[]): Planes {
  const [T, M] = [frames.length, frames[0]!.length];
  const x = new Float32Array(3 * T * M);
  for (const [t, persons] of frames.entries())
    for (const [m, [at, score]] of persons.entries()) {
      x[t * M + m] = at;
      x[(2 * T + t) * M + m] = score;
    }
  return { x, C: 3, T, V: 1, M };
}
const placesOf = ({ x, T, M }: Planes): number[][] =>
  Array.from({ length: T }, (_, t) => Array.from({ length: M }, (_, m) => x[t * M + m]!));

describe('persons who are followed from frame to frame', () => {
  it('keep their place where the better score changes between them', () => {
    const clip = people([
      [
        [0, 9],
        [5, 8],
      ],
      [
        [5.1, 9],
        [0.1, 8],
      ],
      [
        [0.2, 7],
        [5.2, 6],
      ],
    ]);
    expect(placesOf(matchPoses(clip))).toEqual(
      [
        [0, 5],
        [0.1, 5.1],
        [0.2, 5.2],
      ].map((row) => row.map(Math.fround)),
    );
  });

  it('come in the order of their scores over the whole clip', () => {
    const clip = people([
      [
        [0, 3],
        [5, 2],
      ],
      [
        [5, 9],
        [0, 1],
      ],
    ]);
    expect(placesOf(matchPoses(clip))).toEqual([
      [5, 0],
      [5, 0],
    ]);
  });

  it('never share a person of the next frame', () => {
    const clip = people([
      [
        [0, 2],
        [1, 1],
      ],
      [
        [0.4, 2],
        [9, 1],
      ],
    ]);
    expect(placesOf(matchPoses(clip))[1]).toEqual([Math.fround(0.4), 9]);
  });

  it('are the same ones in each frame, in another order', () => {
    const anyone = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 9 }));
    const anyFrames = fc
      .integer({ min: 1, max: 3 })
      .chain((M) => fc.array(fc.array(anyone, { minLength: M, maxLength: M }), { minLength: 1, maxLength: 6 }));
    fc.assert(
      fc.property(anyFrames, (frames) => {
        const clip = people(frames as [number, number][][]);
        const sorted = (planes: Planes) => placesOf(planes).map((row) => [...row].sort((a, b) => a - b));
        const matched = matchPoses(clip);
        expect(sorted(matched)).toEqual(sorted(clip));
        expect(matched.x).toHaveLength(clip.x.length);
      }),
      { numRuns: 60 },
    );
  });
});
