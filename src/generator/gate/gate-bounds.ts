import { z } from 'zod';
import type { GateCriterion } from '../../core/gate-criteria.js';
import type { ClipQuality } from './clip-quality.js';
import { quantileOf } from './quantile.js';

/** Shares of real clips at which bounds are kept; between them they are interpolated. */
const LEVELS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5];

/** A class with fewer real clips than this borrows the bounds of all classes where those are wider. */
const FEW_CLIPS = 10;

/**
 * Criteria whose bounds are the wider ones of the class and of all classes. Jitter and bones are the sensor's more than the
 * action's, and the generator puts sensor noise back alike for all classes: measured on UTD-MHAD, bounds of the class alone
 * reject every clip of the four classes whose recordings are the smoothest.
 */
const SHARED: readonly GateCriterion[] = ['jitter', 'bones'];

/** Which ends of a measure are suspicious. */
const SIDES: Readonly<Record<GateCriterion, readonly ('low' | 'high')[]>> = {
  likelihood: ['low'],
  bones: ['high'],
  jitter: ['low', 'high'],
  nearest: ['low'],
};

const table = z.array(z.array(z.number()));
const sides = z.object({ low: table.optional(), high: table.optional() });

/**
 * Quantiles of what real clips measure, for a manifest: `levels` are shares of the real clips, and each table [K, levels] holds,
 * for each class, the value below (low) or above (high) which that share of its clips lies. An empty table: nothing to measure.
 */
export const gateBoundsSchema = z.object({
  levels: z.array(z.number()).min(2),
  likelihood: sides,
  bones: sides,
  jitter: sides,
  nearest: sides,
});

export type GateBounds = z.infer<typeof gateBoundsSchema>;

/** The widest bounds, at one end, of several sorted sets of measures; empty ones have none. */
function widestBounds(sets: readonly (readonly number[])[], end: 'low' | 'high'): number[] {
  const widest = end === 'low' ? Math.min : Math.max;
  const known = sets.filter(({ length }) => length > 0);
  return LEVELS.map((level) =>
    Number(widest(...known.map((set) => quantileOf(set, end === 'low' ? level : 1 - level))).toPrecision(5)),
  );
}

/**
 * @param remadeBones variation of the bones in real clips that the model remade (`remakeBones`): no clip is rejected for bones that the
 *   model gives to right motions, too. Default: none, only real clips count
 * @returns the bounds that the measures of real clips give, class by class
 */
export function fitGateBounds(
  qualities: readonly ClipQuality[],
  labels: readonly number[],
  numClasses: number,
  remadeBones: readonly number[] = [],
): GateBounds {
  const remade = [...remadeBones].sort((a, b) => a - b);
  const sorted = (criterion: GateCriterion, label?: number): number[] =>
    qualities
      .filter((_, i) => label === undefined || labels[i] === label)
      .map((quality) => quality[criterion])
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
  const tables = (criterion: GateCriterion): GateBounds[GateCriterion] => {
    const all = sorted(criterion);
    const setsOf = (label: number): (readonly number[])[] => {
      const own = sorted(criterion, label);
      const shares = SHARED.includes(criterion) || own.length < FEW_CLIPS;
      return [own, ...(shares ? [all] : []), ...(criterion === 'bones' ? [remade] : [])];
    };
    const table = (end: 'low' | 'high'): number[][] =>
      all.length === 0 ? [] : Array.from({ length: numClasses }, (_, k) => widestBounds(setsOf(k), end));
    return Object.fromEntries(SIDES[criterion].map((end) => [end, table(end)]));
  };
  return {
    levels: LEVELS,
    likelihood: tables('likelihood'),
    bones: tables('bones'),
    jitter: tables('jitter'),
    nearest: tables('nearest'),
  };
}

/** The bound of a class at any share of its real clips. */
function boundAt(levels: readonly number[], row: readonly number[], share: number): number {
  const next = levels.findIndex((level) => level >= share);
  if (next <= 0) return row[next < 0 ? row.length - 1 : 0]!;
  const [a, b] = [levels[next - 1]!, levels[next]!];
  return row[next - 1]! + ((share - a) / (b - a)) * (row[next]! - row[next - 1]!);
}

/**
 * Whether a clip lies outside of what real clips of its class measure.
 *
 * @param threshold share of the real clips that would be rejected at each suspicious end; 0 rejects nothing
 */
export function isOutside(
  bounds: GateBounds,
  criterion: GateCriterion,
  label: number,
  quality: ClipQuality,
  threshold: number,
): boolean {
  if (threshold === 0) return false;
  const { low, high } = bounds[criterion];
  const value = quality[criterion];
  const [lowest, highest] = [low?.[label], high?.[label]];
  if (lowest && value < boundAt(bounds.levels, lowest, threshold)) return true;
  return highest !== undefined && value > boundAt(bounds.levels, highest, threshold);
}
