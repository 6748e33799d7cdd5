import { keyedRandom } from '../core/random.js';
import { type JudgedFigure, judgedFigures, type MotionFigure, motionFigures, type RealValues } from './figures.js';
import type { Measured } from './measure-clips.js';
import { accuracyByClass, confusionOf } from './metrics/confusion.js';
import { drawHalves, drawStratified } from './metrics/draw-stratified.js';
import { type Estimate, estimateOf } from './metrics/estimate.js';

/** Figures by name; one that has no meaning for the row is absent. */
export type Figures<Name extends string> = Readonly<Partial<Record<Name, Estimate>>>;

/** What one judge says of a set of clips. */
export interface JudgedRow {
  readonly figures: Figures<JudgedFigure>;
  /** Counts [K][K] over all clips of the set, intended class by recognised class; absent where the judge learnt from them. */
  readonly confusion?: readonly (readonly number[])[];
  /** Share of each class that is recognised, [K]; null where there is no clip. */
  readonly accuracyByClass?: readonly (number | null)[];
}

/** Figures of one set of clips. */
export interface EvaluationRow {
  readonly name: string;
  readonly origin: 'real' | 'synthetic';
  /** Clips that the repetitions drew from. */
  readonly clips: number;
  readonly motion: Figures<MotionFigure>;
  /** By judge. */
  readonly judged: Readonly<Record<string, JudgedRow>>;
  /** Share of the real test clips that a recognizer reads which learnt from this set alone; absent where it was not asked for. */
  readonly recognizerAccuracy?: Estimate;
  /** The same over that of a recognizer which learnt from the real training clips in as many steps. */
  readonly classificationScore?: Estimate;
  /** Distances to the nearest training clip, one for each clip, for the histogram of the report. */
  readonly nearest: readonly number[];
  /** Sampling settings as clip ids hold them, and speed; absent for real clips. */
  readonly settings?: string;
  readonly clipsPerSecond?: number;
}

/** The real clips, measured, and the protocol of the repetitions. */
export interface RowContext {
  readonly train: Measured;
  readonly test: Measured;
  readonly real: RealValues;
  readonly repetitions: number;
  readonly seed: number;
  readonly numClasses: number;
  /** Rows on each side of the distance between sets of equal size. */
  readonly equalSize: number;
  /** Judges that learnt from (some of) the test clips. */
  readonly learntTest: ReadonlySet<string>;
}

/** Which rows repetition r looks at: a random half, or a pool of its own (`size` rows each) where every repetition has one. */
function rowsOf(set: Measured, r: number, random: ReturnType<typeof keyedRandom>, poolSize: number | undefined): number[] {
  if (poolSize !== undefined) return Array.from({ length: poolSize }, (_, i) => r * poolSize + i);
  return drawHalves(set.labels, random)[0];
}

/** Figure by figure, the estimate over the repetitions. */
function estimates<Name extends string>(repetitions: readonly Record<Name, number>[]): Figures<Name> {
  const names = Object.keys(repetitions[0]!) as Name[];
  const all = names.flatMap((name) => {
    const estimate = estimateOf(repetitions.map((figures) => figures[name]));
    return estimate ? [[name, estimate] as const] : [];
  });
  return Object.fromEntries(all) as Figures<Name>;
}

/**
 * The figures of one measured set over the repetitions. Each looks at a random half with the classes' shares kept (the spread
 * over half draws is the standard error of the figure over the whole set), or at a pool of its own. In a repetition every set is
 * held against the same part of the training clips; the training clips themselves against the other part, which is the floor.
 *
 * @param poolSize clips of each repetition where each has its own, in order; undefined draws halves
 */
export function rowFigures(
  name: string,
  set: Measured,
  context: RowContext,
  poolSize?: number,
): Pick<EvaluationRow, 'motion' | 'judged'> {
  const { train, test, seed, repetitions, equalSize, numClasses } = context;
  const draws = Array.from({ length: repetitions }, (_, r) => {
    const random = keyedRandom(seed, 'repetition', name, r);
    const [part, rest] = drawHalves(train.labels, keyedRandom(seed, 'halves', r));
    const rows = set === train ? rest : rowsOf(set, r, random, poolSize);
    const among = (pool: readonly number[], labels: readonly number[]): number[] =>
      drawStratified(
        pool.map((row) => labels[row]!),
        Math.min(equalSize, pool.length),
        random,
      ).map((i) => pool[i]!);
    return { random, rows, part: among(part, train.labels), equalRows: among(rows, set.labels) };
  });
  const judged = Object.entries(set.judged).map(([judge, judgements]) => {
    const featuresOf = (of: Measured) => of.judged[judge]!.map(({ features }) => features);
    const [ofTrain, ofTest] = [featuresOf(train), featuresOf(test)];
    const learnt = set === test && context.learntTest.has(judge);
    const figures = draws.map(({ random, rows, part, equalRows }) =>
      judgedFigures(
        judgements,
        rows,
        {
          train: set === train ? undefined : ofTrain,
          test: set === test ? undefined : ofTest,
          equal: { rows: equalRows, train: part.map((row) => ofTrain[row]!) },
          learnt,
        },
        random,
      ),
    );
    const confusion = confusionOf(judgements, numClasses);
    const byClass = learnt ? {} : { confusion, accuracyByClass: accuracyByClass(confusion) };
    return [judge, { figures: estimates(figures), ...byClass }] as const;
  });
  return {
    motion: estimates(draws.map(({ rows }) => motionFigures(set, rows, context.real))),
    judged: Object.fromEntries(judged),
  };
}
