import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchPlace } from '../../src/mixers/batch-place.js';

test('batches tile the stream without gaps, and every epoch has exactly its elements', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 200 }), (batchSize, epochSize) => {
      const epochBatches = Math.ceil(epochSize / batchSize);
      let from = 0;
      for (let seq = 0; seq < 3 * epochBatches; seq++) {
        const place = batchPlace(seq, batchSize, epochSize);
        expect(place).toMatchObject({ seq, from, epoch: Math.floor(seq / epochBatches), step: seq % epochBatches });
        expect(place.count).toBeGreaterThan(0);
        expect(place.count).toBeLessThanOrEqual(batchSize);
        from += place.count;
        if (place.step === epochBatches - 1) expect(from).toBe((place.epoch + 1) * epochSize);
      }
    }),
  );
});

test('the last batch of an epoch holds what is left', () => {
  expect(batchPlace(5, 4, 10)).toEqual({ seq: 5, epoch: 1, step: 2, from: 18, count: 2 });
});
