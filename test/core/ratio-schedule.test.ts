import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RatioSchedule, scheduledRatio, scheduleLength, schedulePeak, unitBatches } from '../../src/core/ratio-schedule.js';
import { schedule } from '../mixers/support/ratio.js';

const unit = 'epochs' as const;
const at = (of: RatioSchedule, ...times: number[]): number[] => times.map((passed) => scheduledRatio(of, passed));

describe('a schedule of the ratio', () => {
  test('constant holds its value', () => {
    expect(at({ kind: 'constant', to: 0.4 }, 0, 1, 1e9)).toEqual([0.4, 0.4, 0.4]);
  });

  test('linear goes straight from one value to the other and stays', () => {
    expect(at({ kind: 'linear', from: 0.5, to: 0.1, over: 4, unit }, 0, 1, 2, 4, 100)).toEqual([0.5, 0.4, 0.3, 0.1, 0.1]);
  });

  test('cosine starts and ends level, and is half way in the middle', () => {
    const cosine: RatioSchedule = { kind: 'cosine', from: 0, to: 0.6, over: 10, unit };
    expect(at(cosine, 0, 5, 10, 11)).toEqual([0, 0.3, 0.6, 0.6]);
    expect(scheduledRatio(cosine, 1)).toBeLessThan(0.06 / 2);
  });

  test('warm rises from 0 to its plateau, holds it and falls back to 0', () => {
    const warm: RatioSchedule = { kind: 'warm', to: 0.4, rise: 2, hold: 3, fall: 4, unit };
    expect(at(warm, 0, 1, 2, 4.9, 5, 7, 9, 50)).toEqual([0, 0.2, 0.4, 0.4, 0.4, 0.2, 0, 0]);
  });

  test('parts of no length are steps', () => {
    expect(at({ kind: 'linear', from: 0.1, to: 0.7, over: 0, unit }, 0, 1)).toEqual([0.7, 0.7]);
    expect(at({ kind: 'warm', to: 0.5, rise: 0, hold: 2, fall: 0, unit }, 0, 1.9, 2)).toEqual([0.5, 0.5, 0]);
  });

  test('any schedule stays between 0 and its peak, in millionths, and rests behind its length', () => {
    fc.assert(
      fc.property(schedule, fc.double({ min: 0, max: 1e5, noNaN: true }), (any, passed) => {
        const value = scheduledRatio(any, passed);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(schedulePeak(any) + 5e-7);
        expect(Math.round(value * 1e6) / 1e6).toBe(value);
        const behind = scheduleLength(any);
        expect(scheduledRatio(any, behind + passed + 1)).toBe(scheduledRatio(any, behind + 1));
      }),
    );
  });

  test('epochs are as many batches as an epoch has', () => {
    expect(unitBatches({ kind: 'linear', from: 0, to: 1, over: 1, unit: 'epochs' }, 7)).toBe(7);
    expect(unitBatches({ kind: 'linear', from: 0, to: 1, over: 1, unit: 'batches' }, 7)).toBe(1);
  });
});
