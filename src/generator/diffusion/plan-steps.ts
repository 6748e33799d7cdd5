import { guidanceWeight, type Moments, momentCorrections } from './guidance.js';
import type { SamplerStep } from './samplers/sampler.js';
import type { StepKind } from './sampling-steps.js';
import type { Schedule } from './schedule.js';

/** Steps of one kind that one run takes, and the table that it is given. */
export interface PlannedRun {
  readonly kind: StepKind;
  /** [count, 9], columns as `STEP_COLUMNS`. */
  readonly table: Float32Array;
}

/** When and how strongly a guide steers. */
export interface GuidancePlan {
  /** Weight w of the guide's gradient; 0 is off. */
  readonly scale: number;
  /** Times (low, high) within which the guide steers (guidance interval, arXiv 2404.07724). */
  readonly interval: readonly [number, number];
  readonly moments: Moments;
  /** Times (low, high) within which the estimate guides itself; outside, its scale is 1. */
  readonly scaleInterval: readonly [number, number];
  /** Standard deviation of the training images' values. */
  readonly deviation: number;
}

/**
 * Cuts a sampler's table into runs of steps of one kind: whether the guide steers and whether noise is added.
 *
 * @param fused most steps in one run
 */
export function planSteps(
  steps: readonly SamplerStep[],
  schedule: Schedule,
  { scale, interval: [low, high], moments, scaleInterval, deviation }: GuidancePlan,
  fused: number,
): PlannedRun[] {
  const runs: { guided: boolean; noisy: boolean; rows: number[][] }[] = [];
  let guidedSteps = 0;
  for (const { t, fromX, fromX0Hat, fromPrevious, fromNoise } of steps) {
    const guided = scale !== 0 && t > low && t < high;
    const noisy = fromNoise !== 0;
    if (guided) guidedSteps++;
    const weight = guided ? guidanceWeight(schedule, t, scale, deviation) : 0;
    const corrections = momentCorrections(moments, Math.max(1, guidedSteps));
    const scaleWeight = t > scaleInterval[0] && t < scaleInterval[1] ? 1 : 0;
    const row = [t, fromX, fromX0Hat, fromPrevious, fromNoise, scaleWeight, weight, ...corrections];
    const last = runs.at(-1);
    if (last && last.guided === guided && last.noisy === noisy && last.rows.length < fused) last.rows.push(row);
    else runs.push({ guided, noisy, rows: [row] });
  }
  return runs.map(({ guided, noisy, rows }) => ({
    kind: { guided, noisy, count: rows.length },
    table: Float32Array.from(rows.flat()),
  }));
}
