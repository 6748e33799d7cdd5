import type { Random } from '../../../core/random.js';
import { CHANNELS, type Channel, type PartialPose, type Pose, toPose } from './channels.js';
import { around, type Person } from './style.js';

/** Some channels at a moment of a movement, 0 its begin and 1 its end. Channels that a key leaves out run on past it. */
export interface Key {
  readonly at: number;
  readonly pose: PartialPose;
  /** True where the pose must be met as it stands, e.g. for hands that touch: neither amplitude nor chance change it. */
  readonly exact?: boolean;
}

/** A movement of a whole body: the pose at a moment. */
export type Movement = (progress: number, seconds: number) => Pose;

/**
 * A movement through keys, which begins and ends at the person's rest unless a key at 0 or 1 says otherwise. The person's
 * amplitude scales each key's distance from rest, and each visit of a key is a little different. Between keys monotone cubic
 * curves (Fritsch and Carlson 1980): no overshoot, rest at the turning points, no stop at keys on the way.
 *
 * @param random draws the small differences, 6 % of the way and 1.5 % of the time
 */
export function keyframes(keys: readonly Key[], person: Person, random: Random): Movement {
  const times = keys.map(({ at }) => (at <= 0 || at >= 1 ? at : at + 0.012 * Math.max(-1, Math.min(1, random.normal()))));
  const curves = new Map<Channel, (at: number) => number>();
  for (const channel of CHANNELS) {
    const rest = person.rest[channel] ?? 0;
    const points = keys.flatMap(({ pose, exact }, index): [number, number][] => {
      const value = pose[channel];
      if (value === undefined) return [];
      const size = exact ? 1 : person.amplitude[channel] * around(random, 1, 0.06);
      return [[times[index]!, rest + (value - rest) * size]];
    });
    if (points.length === 0) continue;
    points.sort((a, b) => a[0] - b[0]);
    if (points[0]![0] > 0) points.unshift([0, rest]);
    if (points.at(-1)![0] < 1) points.push([1, rest]);
    curves.set(channel, monotoneCubic(points));
  }
  return (progress) => toPose((channel) => curves.get(channel)?.(progress) ?? person.rest[channel] ?? 0);
}

/**
 * The same keys several times between an approach and a return.
 *
 * @param cycle keys of one repetition, 0 its begin and 1 its end
 * @param approach share of the whole before the first repetition, and after the last one
 */
export function repeated(cycle: readonly Key[], times: number, approach = 0.12): Key[] {
  const width = (1 - 2 * approach) / times;
  return Array.from({ length: times }, (_, i) => cycle.map((key) => ({ ...key, at: approach + width * (i + key.at) }))).flat();
}

/** Monotone cubic interpolation through points with growing first numbers; constant beyond the ends. */
export function monotoneCubic(points: readonly (readonly [number, number])[]): (at: number) => number {
  const n = points.length;
  const slopes = points.slice(1).map(([x, y], i) => (y - points[i]![1]) / Math.max(1e-9, x - points[i]![0]));
  const tangents = points.map((_, i) => {
    const before = slopes[i - 1];
    const after = slopes[i];
    if (before === undefined || after === undefined || before * after <= 0) return 0;
    return (2 * before * after) / (before + after);
  });
  return (at) => {
    if (at <= points[0]![0]) return points[0]![1];
    if (at >= points[n - 1]![0]) return points[n - 1]![1];
    let i = 0;
    while (points[i + 1]![0] < at) i++;
    const [x0, y0] = points[i]!;
    const [x1, y1] = points[i + 1]!;
    const h = Math.max(1e-9, x1 - x0);
    const s = (at - x0) / h;
    const s2 = s * s;
    const s3 = s2 * s;
    return (
      y0 * (2 * s3 - 3 * s2 + 1) +
      h * tangents[i]! * (s3 - 2 * s2 + s) +
      y1 * (3 * s2 - 2 * s3) +
      h * tangents[i + 1]! * (s3 - s2)
    );
  };
}
