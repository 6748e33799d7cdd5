/** Shapes of a schedule, in the order they are offered. */
export const SCHEDULE_KINDS = ['constant', 'linear', 'cosine', 'warm'] as const;

export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** What the lengths of a schedule are counted in. */
export const SCHEDULE_UNITS = ['batches', 'epochs'] as const;

export type ScheduleUnit = (typeof SCHEDULE_UNITS)[number];

/** Longest schedule, in its own unit. */
export const MAX_SCHEDULE_LENGTH = 1_000_000;

/**
 * The ratio over time, from the batch on that it takes effect at. Lengths are in batches or epochs and need not be whole.
 * - `constant`: `to`, without end.
 * - `linear`, `cosine`: goes from `from` to `to` over so many, straight or as half a wave, and stays there.
 * - `warm`: from 0 to the plateau `to`, stays there, and back to 0; each part straight.
 */
export type RatioSchedule =
  | { readonly kind: 'constant'; readonly to: number }
  | {
      readonly kind: 'linear' | 'cosine';
      readonly from: number;
      readonly to: number;
      readonly over: number;
      readonly unit: ScheduleUnit;
    }
  | {
      readonly kind: 'warm';
      readonly to: number;
      readonly rise: number;
      readonly hold: number;
      readonly fall: number;
      readonly unit: ScheduleUnit;
    };

/** How long a schedule moves, in its own unit; it stays at its last value from there on. */
export function scheduleLength(schedule: RatioSchedule): number {
  if (schedule.kind === 'constant') return 0;
  return schedule.kind === 'warm' ? schedule.rise + schedule.hold + schedule.fall : schedule.over;
}

/** The largest ratio that a schedule reaches. */
export function schedulePeak(schedule: RatioSchedule): number {
  return 'from' in schedule ? Math.max(schedule.from, schedule.to) : schedule.to;
}

/** In millionths, so that the last bits of a cosine, which engines may compute differently, never choose a sample. */
const rounded = (ratio: number): number => Math.round(ratio * 1e6) / 1e6;

/** Lengths below this are none. */
const SHORTEST = 1e-6;

/** Share of the way, in [0, 1]; a way of no length is behind at once. */
const wayOf = (passed: number, length: number): number =>
  passed >= length || length < SHORTEST ? 1 : Math.max(0, passed) / length;

/**
 * The ratio of a schedule, in whole millionths. Pure, closed form.
 *
 * @param passed batches or epochs since it took effect, at least 0
 */
export function scheduledRatio(schedule: RatioSchedule, passed: number): number {
  if (schedule.kind === 'constant') return rounded(schedule.to);
  if (schedule.kind === 'warm') {
    const { to, rise, hold, fall } = schedule;
    if (passed < rise + hold) return rounded(to * wayOf(passed, rise));
    return rounded(to * (1 - wayOf(passed - rise - hold, fall)));
  }
  const { kind, from, to, over } = schedule;
  const way = wayOf(passed, over);
  return rounded(from + (to - from) * (kind === 'linear' ? way : (1 - Math.cos(Math.PI * way)) / 2));
}

/** Batches of one unit of a schedule. */
export function unitBatches(schedule: RatioSchedule, epochBatches: number): number {
  return schedule.kind !== 'constant' && schedule.unit === 'epochs' ? epochBatches : 1;
}
