import { describe, expect, it } from 'vitest';
import { projectBoneLengths } from '../../src/generator/bones.js';
import { stick, stickClip } from './support/tiny.js';

const lengths = (keypoint: Float32Array, v: number): number[] =>
  Array.from({ length: 12 }, (_, t) => {
    const at = (joint: number) => keypoint.subarray((t * 4 + joint) * 3, (t * 4 + joint) * 3 + 3);
    return Math.hypot(...at(v).map((value, c) => value - at(stick.parents[v]!)[c]!));
  });

describe('projectBoneLengths', () => {
  const before = stickClip(4);
  const after = Float32Array.from(before.keypoint);
  projectBoneLengths(after, before.shape, stick);

  it('gives every bone the median of its lengths in every frame', () => {
    for (const v of [1, 2, 3]) {
      const median = lengths(before.keypoint, v).sort((a, b) => a - b)[6]!;
      for (const length of lengths(after, v)) expect(length).toBeCloseTo(median, 5);
    }
  });

  it('keeps the path of the root and the directions of the bones', () => {
    for (let t = 0; t < 12; t++) {
      for (let c = 0; c < 3; c++) expect(after[t * 12 + c]).toBe(before.keypoint[t * 12 + c]);
      for (const v of [1, 2, 3]) {
        const direction = (keypoint: Float32Array) => {
          const at = (joint: number) => [...keypoint.subarray((t * 4 + joint) * 3, (t * 4 + joint) * 3 + 3)];
          const difference = at(v).map((value, c) => value - at(stick.parents[v]!)[c]!);
          return difference.map((value) => value / Math.hypot(...difference));
        };
        direction(after).forEach((value, c) => {
          expect(value).toBeCloseTo(direction(before.keypoint)[c]!, 4);
        });
      }
    }
  });

  it('changes nothing more when it is done again', () => {
    const again = Float32Array.from(after);
    projectBoneLengths(again, before.shape, stick);
    again.forEach((value, i) => {
      expect(value).toBeCloseTo(after[i]!, 5);
    });
  });
});
