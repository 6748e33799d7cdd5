import { describe, expect, it } from 'vitest';
import { median, nearestDistance } from '../../../src/evaluation/metrics/nearest-distance.js';
import { reference, rowsOf } from '../fixtures/reference.js';

describe('nearestDistance', () => {
  const references = rowsOf(reference.nearest.references);

  it('agrees with NumPy for rows that are longer than one block', () => {
    for (const [i, image] of rowsOf(reference.nearest.images).entries())
      expect(nearestDistance(image, references)).toBeCloseTo(reference.nearest.expected[i]!, 5);
  });

  it('leaves out the image itself among its own set, but not its copy', () => {
    for (const [i, image] of references.entries()) {
      expect(nearestDistance(image, references)).toBe(0);
      expect(nearestDistance(image, references, i)).toBeCloseTo(reference.nearest.among[i]!, 5);
    }
    expect(nearestDistance(references[0]!, [references[0]!, references[0]!], 0)).toBe(0);
  });

  it('is infinite where there is nothing to be near to', () => {
    expect(nearestDistance(references[0]!, [])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('median', () => {
  it('is the middle value, the mean of two middle ones, and NaN of none', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('leaves its argument in order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});
