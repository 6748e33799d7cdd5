import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatToHalf, fromHalves, halfToFloat, toHalves } from '../../src/core/half.js';

describe('float16', () => {
  it('holds each of its 65,536 numbers exactly', () => {
    for (let half = 0; half < 65536; half++) {
      const value = halfToFloat(half);
      if (!Number.isNaN(value) && floatToHalf(value) !== half)
        throw new Error(`${half.toString(16)} became ${floatToHalf(value)}`);
    }
    expect(floatToHalf(Number.NaN)).toBe(0x7e00);
    expect(halfToFloat(0x7e00)).toBeNaN();
  });

  // Values of IEEE 754-2008 binary16, as NumPy's float16 gives them.
  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.996, 0x7bff],
    [65520, 0x7c00],
    [-1e9, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.0001, 0x0001],
    [1.5 * 2 ** -24, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1.9999, 0x4000],
    [-0, 0x8000],
  ])('takes %d to %i', (value, half) => {
    expect(floatToHalf(value)).toBe(half);
  });

  it('is the nearest one to any float32', () => {
    const float = fc.float({ min: Math.fround(-65504), max: Math.fround(65504), noNaN: true });
    fc.assert(
      fc.property(float, (value) => {
        const half = floatToHalf(value);
        const off = Math.abs(halfToFloat(half) - value);
        for (const step of [-1, 1]) {
          const other = halfToFloat((half + step) & 0xffff);
          if (Number.isFinite(other)) expect(off).toBeLessThanOrEqual(Math.abs(other - value));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps centred skeletons in metres within a thousandth', () => {
    const x = Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 500);
    fromHalves(toHalves(x)).forEach((value, i) => expect(Math.abs(value - x[i]!)).toBeLessThanOrEqual(1e-3));
  });
});
