import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowsThatFit } from '../../../src/engine/wasm/rows-that-fit.js';

it('the rows that fit do, and one more would not', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 64 }),
      fc.nat(40_000),
      (fixed, each, rows, maxBytes) => {
        const fit = rowsThatFit({ rows, peakBytes: fixed + each * rows, fixedBytes: fixed, maxBytes });
        if (fit > 0) expect(fixed + each * fit).toBeLessThanOrEqual(maxBytes);
        if (fit < rows) expect(fixed + each * (fit + 1)).toBeGreaterThan(maxBytes);
      },
    ),
  );
});
