import fc from 'fast-check';
import type { RatioSchedule } from '../../../src/core/ratio-schedule.js';

/** Ratios of every size, the awkward ones more often. */
export const ratio = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 0.1, 0.3, 1 / 3, 0.5, 0.999999) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1e-6, noNaN: true }) },
);

const length = fc.oneof(fc.nat(30), fc.double({ min: 0, max: 30, noNaN: true }), fc.nat(2000));
const unit = fc.constantFrom('batches' as const, 'epochs' as const);

/** Schedules of every kind, short and long. */
export const schedule: fc.Arbitrary<RatioSchedule> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), to: ratio }),
  fc.record({ kind: fc.constantFrom('linear' as const, 'cosine' as const), from: ratio, to: ratio, over: length, unit }),
  fc.record({ kind: fc.constant('warm' as const), to: ratio, rise: length, hold: length, fall: length, unit }),
);
