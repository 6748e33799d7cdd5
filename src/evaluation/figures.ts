import type { Random } from '../core/random.js';
import type { Judgement } from './judgement.js';
import type { Measured } from './measure-clips.js';
import { accuracyOf } from './metrics/confusion.js';
import { finiteMean } from './metrics/estimate.js';
import { frechetDistance } from './metrics/frechet-distance.js';
import { median } from './metrics/nearest-distance.js';
import { drawPairs, drawPairsByClass, meanPairDistance } from './metrics/pair-distances.js';

/** Figures of bodies in motion, which need no judge. */
export const MOTION_FIGURES = [
  'jitter',
  'jitterRatio',
  'boneVariation',
  'boneVariationProjected',
  'footSpeed',
  'footSpeedRatio',
  'nearest',
  'memorisation',
] as const;

/** Figures that are taken of a judge's classes and features. */
export const JUDGED_FIGURES = ['accuracy', 'fidTrain', 'fidUnseen', 'fidEqual', 'diversity', 'multimodality'] as const;

export type MotionFigure = (typeof MOTION_FIGURES)[number];
export type JudgedFigure = (typeof JUDGED_FIGURES)[number];

/** Pairs of the protocol of Action2Motion: over all clips, and within each class. */
const DIVERSITY_PAIRS = 200;
const MULTIMODALITY_PAIRS = 20;

const pick = <Item>(items: readonly Item[], rows: readonly number[]): Item[] => rows.map((row) => items[row]!);

/** What ratios are taken to: the means of all real training clips, and the median of the real test clips. */
export interface RealValues {
  readonly jitter: number;
  readonly footSpeed: number;
  readonly nearestOfTest: number;
}

/** The motion figures of some rows; NaN where one has no meaning. */
export function motionFigures(set: Measured, rows: readonly number[], real: RealValues): Record<MotionFigure, number> {
  const mean = (key: 'jitter' | 'boneVariation' | 'boneVariationProjected' | 'footSpeed') => finiteMean(pick(set[key], rows));
  const jitter = mean('jitter');
  const footSpeed = mean('footSpeed');
  const nearest = median(pick(set.nearest, rows));
  return {
    jitter,
    jitterRatio: jitter / real.jitter,
    boneVariation: mean('boneVariation'),
    boneVariationProjected: mean('boneVariationProjected'),
    footSpeed,
    footSpeedRatio: footSpeed / real.footSpeed,
    nearest,
    memorisation: nearest / real.nearestOfTest,
  };
}

/** What a set's features are held against in one repetition. Undefined leaves the figure out. */
export interface Opposites {
  /** Features of all training clips. */
  readonly train: readonly Float32Array[] | undefined;
  /** Features of all test clips. */
  readonly test: readonly Float32Array[] | undefined;
  /** As many rows of the set as of a random part of the training clips: the distance that can be held against the real floor. */
  readonly equal: { readonly rows: readonly number[]; readonly train: readonly Float32Array[] };
  /** Leave the accuracy out: the judge learnt from these clips. */
  readonly learnt: boolean;
}

/** The judged figures of some rows; NaN where one is left out. */
export function judgedFigures(
  judgements: readonly Judgement[],
  rows: readonly number[],
  opposites: Opposites,
  random: Random,
): Record<JudgedFigure, number> {
  const features = judgements.map((judgement) => judgement.features);
  const drawn = pick(features, rows);
  const labels = judgements.map(({ label }) => label);
  const within = [...drawPairsByClass(labels, rows, MULTIMODALITY_PAIRS, random).values()];
  const distance = (reference: readonly Float32Array[] | undefined): number =>
    reference && drawn.length > 1 ? frechetDistance(drawn, reference) : Number.NaN;
  const { equal } = opposites;
  return {
    accuracy: opposites.learnt ? Number.NaN : accuracyOf(pick(judgements, rows)),
    fidTrain: distance(opposites.train),
    fidUnseen: distance(opposites.test),
    fidEqual: equal.rows.length > 1 ? frechetDistance(pick(features, equal.rows), equal.train) : Number.NaN,
    diversity: meanPairDistance(features, drawPairs(rows, DIVERSITY_PAIRS, random)),
    multimodality: finiteMean(within.map((pairs) => meanPairDistance(features, pairs))),
  };
}
