/**
 * What a generated clip is held against the real clips of its class by:
 *
 * - `likelihood`: what a classifier that did not guide makes of it
 * - `bones`: how much the bones change their length
 * - `jitter`: how rough the motion is, in both directions
 * - `nearest`: how near it is to the nearest training clip
 */
export const GATE_CRITERIA = ['likelihood', 'bones', 'jitter', 'nearest'] as const;

export type GateCriterion = (typeof GATE_CRITERIA)[number];

/** Threshold of each criterion: the share of the real clips of a class that would be rejected, 0 to 0.5; 0 is off. */
export type GateThresholds = Readonly<Record<GateCriterion, number>>;

/** The thresholds as live settings. */
export type GateKey = `gate.${GateCriterion}`;

/** Names of the thresholds among the live settings, in the order of `GATE_CRITERIA`. */
export const GATE_KEYS: readonly GateKey[] = GATE_CRITERIA.map((criterion) => `gate.${criterion}` as const);

/** The largest threshold: beyond the middle of the real clips, a bound would turn round. */
export const MAX_GATE_THRESHOLD = 0.5;

/** The criterion that a live setting belongs to, or undefined for a setting of something else. */
export function criterionOf(key: string): GateCriterion | undefined {
  return GATE_CRITERIA.find((criterion) => key === `gate.${criterion}`);
}
