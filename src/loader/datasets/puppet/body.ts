import type { Random } from '../../../core/random.js';
import type { Vector } from './rotation.js';

/** Sizes of one puppet, metres. Sides are alike. */
export interface Body {
  /** Bones at rest, from the parent joint; those of a side are for the right one. */
  readonly spine: Vector;
  readonly shoulderCenter: Vector;
  readonly head: Vector;
  readonly shoulder: Vector;
  readonly upperArm: number;
  readonly forearm: number;
  readonly hand: number;
  readonly hip: Vector;
  readonly thigh: number;
  readonly shin: number;
  /** Ankle to foot joint at rest. */
  readonly foot: Vector;
  /** Thigh and shin: the unit of lengths in a pose. */
  readonly legLength: number;
}

/**
 * A random adult. The middle values are the medians of the eight people of UTD-MHAD as a Kinect v1 sees them (measured over
 * all 861 recordings); stature varies by 6 %, the ratio of legs, trunk, arms and widths by 4 to 8 % beside it.
 */
export function createBody(random: Random): Body {
  const vary = (sd: number): number => Math.exp(sd * Math.max(-2.5, Math.min(2.5, random.normal())));
  const stature = vary(0.06);
  const legs = stature * vary(0.04);
  const trunk = stature * vary(0.04);
  const arms = stature * vary(0.045);
  const shoulders = stature * vary(0.08);
  const hips = stature * vary(0.07);
  const thigh = 0.44 * legs * vary(0.02);
  const shin = 0.36 * legs * vary(0.02);
  return {
    spine: [0, 0.063 * trunk, 0.035],
    shoulderCenter: [0, 0.338 * trunk, -0.01],
    head: [0, 0.188 * stature * vary(0.03), -0.015],
    shoulder: [0.16 * shoulders, -0.105 * trunk, 0],
    upperArm: 0.262 * arms,
    forearm: 0.233 * arms,
    hand: 0.068 * stature * vary(0.05),
    hip: [0.072 * hips, -0.073 * trunk, -0.008],
    thigh,
    shin,
    foot: [0, -0.06 * stature, -0.05 * stature],
    legLength: thigh + shin,
  };
}
