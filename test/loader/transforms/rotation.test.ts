import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisRotation, multiply, rotationOf, transpose, turn, turnJoints } from '../../../src/loader/transforms/rotation.js';
import { anyPlanes, distance, jointAt, largestDifference } from '../support/planes.js';

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

describe('a rotation', () => {
  it('is undone by its transpose, and keeps right and left apart', () => {
    fc.assert(
      fc.property(angle, angle, angle, (x, y, z) => {
        const matrix = rotationOf(x, y, z);
        expect(largestDifference(multiply(matrix, transpose(matrix)), IDENTITY)).toBeLessThan(1e-12);
        const [a, b, c, d, e, f, g, h, i] = matrix;
        expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 10);
      }),
    );
  });

  it('goes about x first, then y, then z, clockwise', () => {
    const quarter = Math.PI / 2;
    expect(largestDifference(turnJoints(Float32Array.of(0, 1, 0), axisRotation(0, quarter)), [0, 0, -1])).toBeLessThan(1e-6);
    expect(largestDifference(turnJoints(Float32Array.of(0, 0, 1), axisRotation(1, quarter)), [-1, 0, 0])).toBeLessThan(1e-6);
    expect(largestDifference(turnJoints(Float32Array.of(1, 0, 0), axisRotation(2, quarter)), [0, -1, 0])).toBeLessThan(1e-6);
    expect(largestDifference(turnJoints(Float32Array.of(0, 1, 0), rotationOf(quarter, quarter, 0)), [1, 0, 0])).toBeLessThan(
      1e-6,
    );
  });

  it('keeps all distances, in planes as in joints', () => {
    fc.assert(
      fc.property(anyPlanes, angle, angle, angle, (planes, x, y, z) => {
        const matrix = rotationOf(x, y, z);
        const turned = turn({ ...planes, x: planes.x.slice() }, matrix);
        for (let t = 0; t < planes.T; t++) {
          const before = distance(jointAt(planes, t, 0), jointAt(planes, t, 3));
          expect(distance(jointAt(turned, t, 0), jointAt(turned, t, 3))).toBeCloseTo(before, 4);
          const joint = turnJoints(Float32Array.from(jointAt(planes, t, 2)), matrix);
          expect(largestDifference(joint, jointAt(turned, t, 2))).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});
