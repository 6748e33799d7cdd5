import { type RatioSchedule, scheduledRatio, scheduleLength } from '../../../src/core/ratio-schedule.js';

/** Fields of the editor that a kind of schedule has, in their order. */
export const SCHEDULE_FIELDS = {
  constant: ['to'],
  linear: ['from', 'to', 'over'],
  cosine: ['from', 'to', 'over'],
  warm: ['to', 'rise', 'hold', 'fall'],
} as const satisfies Record<RatioSchedule['kind'], readonly string[]>;

export type ScheduleField = 'from' | 'to' | 'over' | 'rise' | 'hold' | 'fall';

/** A schedule from what stands in the editor; what is not a number is left out, for the server to refuse. Pure. */
export function draftedSchedule(
  kind: RatioSchedule['kind'],
  unit: string,
  values: Readonly<Record<ScheduleField, number>>,
): RatioSchedule {
  const fields = SCHEDULE_FIELDS[kind].filter((field) => Number.isFinite(values[field])).map((field) => [field, values[field]]);
  return { kind, ...Object.fromEntries(fields), ...(kind === 'constant' ? {} : { unit }) } as RatioSchedule;
}

const STEPS = 96;

/**
 * The curve of a schedule on a plane of the given size, y down, from its start to a little behind its end. Null where numbers are missing. Pure.
 * @returns points, and where a time since the start lies
 */
export function scheduleCurve(
  schedule: RatioSchedule,
  width: number,
  height: number,
): { readonly points: string; readonly xOf: (passed: number) => number } | null {
  const length = scheduleLength(schedule);
  if (!Number.isFinite(length) || !Number.isFinite(scheduledRatio(schedule, 0))) return null;
  const shown = length > 0 ? 1.12 * length : 1;
  const points = Array.from({ length: STEPS + 1 }, (_, k) => {
    const y = height * (1 - scheduledRatio(schedule, (shown * k) / STEPS));
    return `${((width * k) / STEPS).toFixed(1)},${y.toFixed(1)}`;
  });
  return { points: points.join(' '), xOf: (passed) => Math.min(width, (width * Math.max(0, passed)) / shown) };
}
