import type { Clip } from '../core/clip.js';
import { DataError } from '../core/errors.js';
import type { Engine } from '../engine/engine.js';
import type { Model } from '../generator/model/load-model.js';
import { clipToImage } from '../generator/representation.js';
import { settingsText } from '../generator/sampling-settings.js';
import type { TrainingSubject } from '../generator/training/training-subject.js';
import { type EvaluationRow, type RowContext, rowFigures } from './evaluation-row.js';
import { createEvaluator, type Evaluator } from './evaluator.js';
import type { StoredEvaluator } from './evaluator-folder.js';
import { assertDisjoint, assertIndependent } from './independence.js';
import { type Instruments, inModelForm, joinMeasured, type Measured, measureClips } from './measure-clips.js';
import { accuracyOf } from './metrics/confusion.js';
import { estimateOf, finiteMean } from './metrics/estimate.js';
import { findUpwards } from './metrics/foot-speed.js';
import { median } from './metrics/nearest-distance.js';
import type { NamedSampling } from './named-sampling.js';
import { recognizerAccuracy } from './recognizer.js';
import { proportionalLabels, samplePool } from './sample-pool.js';
import { sourcesOf } from './sources-of.js';

/** An evaluation net, and the clips that it learnt from. */
export interface Judge {
  readonly name: string;
  readonly trained: StoredEvaluator;
  readonly learntFrom: readonly Pick<Clip, 'id'>[];
}

/** What is evaluated, by whom and against what. */
export interface EvaluationOptions {
  readonly model: Model;
  readonly engine: Engine;
  /** One or more, trained on clips that the model never saw; names must differ. */
  readonly judges: readonly Judge[];
  /** The clips that the model was trained on: the figures that samples are held against. */
  readonly train: TrainingSubject;
  /** Clips that the model never saw. */
  readonly test: TrainingSubject;
  readonly settings: readonly NamedSampling[];
  /** Clips of the pool of each setting (of each repetition, with `fresh`). */
  readonly samples: number;
  readonly repetitions: number;
  /** Sample anew for every repetition instead of drawing halves of one pool. */
  readonly fresh: boolean;
  readonly seed: number;
  /** Training steps of the recognizers; 0 leaves the classification accuracy score out. */
  readonly recognizerSteps: number;
  /** Recognizers with different start values for each set; 1 or more. */
  readonly recognizerSeeds: number;
  /** Told what is being done. */
  readonly onProgress?: ((what: string, done: number, of: number) => void) | undefined;
  /** Called when the figures of a set are there. */
  readonly onRow?: ((row: EvaluationRow) => void) | undefined;
}

/** What was learnt of a judge before it judged. */
export interface JudgeFacts {
  readonly name: string;
  readonly kind: string;
  readonly dataset: StoredEvaluator['dataset'];
  /** Share of all real training clips that it recognises: what its accuracies are to be read against. */
  readonly accuracyOnTrain: number;
  readonly crossFit?: StoredEvaluator['crossFit'];
}

/** The figures of a model and how they came about. */
export interface Evaluation {
  readonly model: string;
  readonly dataset: { readonly name: string; readonly simulated: boolean; readonly train: string; readonly test: string };
  readonly samples: number;
  readonly repetitions: number;
  readonly fresh: boolean;
  readonly seed: number;
  /** Clips on each side of `fidEqual`. */
  readonly equalSize: number;
  readonly recognizerSteps: number;
  readonly judges: readonly JudgeFacts[];
  readonly classes: readonly string[];
  readonly rows: readonly EvaluationRow[];
  /** Figures that are in no row, with the reason. */
  readonly leftOut: readonly { readonly figure: string; readonly why: string }[];
}

/** A set of clips as the report shows it. */
export interface ShownClips {
  readonly name: string;
  readonly clips: readonly Clip[];
}

/** Refuses what would make figures dishonest or meaningless. */
function check({ model, judges, train, test }: EvaluationOptions): void {
  const all = { train: train.clips, test: test.clips };
  for (const [name, clips] of Object.entries(all))
    if (clips.length < 4)
      throw new DataError('CLIP_EMPTY', `there are ${clips.length} real ${name} clips; halves of them need four or more`);
  assertDisjoint(['training clips of the model', train.clips], ['test clips', test.clips]);
  for (const { name, trained, learntFrom } of judges) {
    assertIndependent(`the judge ${name}`, trained.dataset, model.manifest);
    assertDisjoint(['training clips of the model', train.clips], [`clips that the judge ${name} learnt from`, learntFrom]);
  }
}

/** Trains recognizers on one set and gives their accuracies on the test clips, one for each seed. */
async function recognizersOf(clips: readonly Clip[], what: string, options: EvaluationOptions): Promise<number[]> {
  const { engine, model, test, recognizerSteps: steps, recognizerSeeds, seed, onProgress } = options;
  const { layout, classes, image } = model.manifest;
  const accuracies: number[] = [];
  for (let n = 0; steps > 0 && n < recognizerSeeds; n++)
    accuracies.push(
      await recognizerAccuracy(clips, test.clips, {
        engine,
        layout,
        classes,
        image,
        steps,
        seed: seed + n,
        onStep: (step) => onProgress?.(`recognizer of ${what}`, n * steps + step, recognizerSeeds * steps),
      }),
    );
  return accuracies;
}

/** The pools of one setting: measured together, the first one kept. */
async function sampleSetting(
  { name, settings }: NamedSampling,
  options: EvaluationOptions,
  instruments: Instruments,
): Promise<{ measured: Measured; first: readonly Clip[]; clipsPerSecond: number }> {
  const { model, engine, samples, fresh, repetitions, seed, train, onProgress } = options;
  const pools = fresh ? repetitions : 1;
  const labels = proportionalLabels(
    train.clips.map(({ label }) => label),
    samples,
    seed,
  );
  const sources = settings.variation === 0 ? undefined : await sourcesOf(train, model.manifest, seed);
  const measured: Measured[] = [];
  const rates: number[] = [];
  let first: readonly Clip[] = [];
  for (let pool = 0; pool < pools; pool++) {
    const { clips, raw, clipsPerSecond } = await samplePool(model, engine, settings, labels, {
      seed,
      firstIndex: pool * samples,
      sources,
      onClips: (made) => onProgress?.(`sampling ${name}`, pool * samples + made, pools * samples),
    });
    if (pool === 0) first = clips;
    rates.push(clipsPerSecond);
    measured.push(await measureClips(clips, instruments, { raw }));
  }
  return { measured: joinMeasured(measured), first, clipsPerSecond: finiteMean(rates) };
}

async function evaluateWith(
  options: EvaluationOptions,
  judges: Readonly<Record<string, Evaluator>>,
): Promise<{ evaluation: Evaluation; shown: ShownClips[] }> {
  const { model, train, test, samples, repetitions, seed, fresh, onRow } = options;
  const { layout, image, classes, name, version } = model.manifest;
  const formed = train.clips.map((clip) => inModelForm(clip, image));
  const instruments: Instruments = {
    layout,
    image,
    up: findUpwards(formed, layout),
    references: formed.map((clip) => clipToImage(clip, layout, image).image),
    judges,
  };
  const real = {
    train: await measureClips(train.clips, instruments, { references: true }),
    test: await measureClips(test.clips, instruments),
  };
  const testIds = new Set(test.clips.map(({ id }) => id));
  const context: RowContext = {
    ...real,
    real: {
      jitter: finiteMean(real.train.jitter),
      footSpeed: finiteMean(real.train.footSpeed),
      nearestOfTest: median(real.test.nearest),
    },
    repetitions,
    seed,
    numClasses: classes.length,
    equalSize: Math.min(train.clips.length >> 1, test.clips.length >> 1, fresh ? samples : samples >> 1),
    learntTest: new Set(
      options.judges.filter(({ learntFrom }) => learntFrom.some(({ id }) => testIds.has(id))).map((judge) => judge.name),
    ),
  };
  const rows: EvaluationRow[] = [];
  const shown: ShownClips[] = [];
  let ofReal: readonly number[] = [];
  const add = async (
    row: Pick<EvaluationRow, 'name' | 'origin' | 'settings' | 'clipsPerSecond'>,
    set: Measured,
    clips: readonly Clip[],
    poolSize?: number,
  ): Promise<void> => {
    const accuracies = set === real.test ? [] : await recognizersOf(clips, row.name, options);
    if (set === real.train) ofReal = accuracies;
    const recognizer = estimateOf(accuracies);
    const score = estimateOf(accuracies.map((accuracy, n) => accuracy / ofReal[n]!));
    const whole: EvaluationRow = {
      ...row,
      clips: set.labels.length,
      ...rowFigures(row.name, set, context, poolSize),
      ...(recognizer && score ? { recognizerAccuracy: recognizer, classificationScore: score } : {}),
      nearest: set.nearest,
    };
    rows.push(whole);
    shown.push({ name: row.name, clips });
    onRow?.(whole);
  };
  await add({ name: 'real training clips', origin: 'real' }, real.train, train.clips);
  await add({ name: 'real test clips', origin: 'real' }, real.test, test.clips);
  for (const setting of options.settings) {
    const { measured, first, clipsPerSecond } = await sampleSetting(setting, options, instruments);
    const settings = settingsText(setting.settings);
    const row = { name: setting.name, origin: 'synthetic' as const, settings, clipsPerSecond };
    await add(row, measured, first, fresh ? samples : undefined);
  }
  const facts = options.judges.map(({ name, trained }) => ({
    name,
    kind: trained.architecture.kind,
    dataset: trained.dataset,
    accuracyOnTrain: accuracyOf(real.train.judged[name]!),
    ...(trained.crossFit ? { crossFit: trained.crossFit } : {}),
  }));
  const evaluation: Evaluation = {
    model: `${name}@${version}`,
    dataset: {
      name: train.dataset.name,
      simulated: train.dataset.simulated,
      train: train.dataset.split,
      test: test.dataset.split,
    },
    samples,
    repetitions,
    fresh,
    seed,
    equalSize: context.equalSize,
    recognizerSteps: options.recognizerSteps,
    judges: facts,
    classes,
    rows,
    leftOut: leftOutOf(options, instruments, context),
  };
  return { evaluation, shown };
}

/** Which figures no row, or one row, has, and why. */
function leftOutOf({ model, recognizerSteps }: EvaluationOptions, { up }: Instruments, { learntTest }: RowContext) {
  const leftOut: { figure: string; why: string }[] = [];
  const { layout } = model.manifest;
  if (!up)
    leftOut.push({
      figure: 'footSpeed',
      why: layout.feet.length === 0 ? `layout "${layout.name}" names no feet` : 'the feet are nowhere below the centre joint',
    });
  for (const judge of learntTest)
    leftOut.push({ figure: 'accuracy of real test clips', why: `the judge ${judge} learnt from them; see its cross-fit` });
  if (recognizerSteps === 0) leftOut.push({ figure: 'recognizerAccuracy', why: 'recognizer steps are 0' });
  return leftOut;
}

/**
 * Samples a model under several settings and holds the samples against the real clips: what judges that never saw the model's
 * clips make of them, how bodies move, how near they are to training clips, and what a recognizer learns from them.
 *
 * @returns the figures, and the clips of each row (the first pool) for a report
 * @throws ModelError MODEL_MISMATCH where a judge or the test clips are not independent of the model; DataError CLIP_EMPTY (too
 * few real clips), LAYOUT_MISMATCH; as `createClipGenerator`
 */
export async function evaluateModel(options: EvaluationOptions): Promise<{ evaluation: Evaluation; shown: ShownClips[] }> {
  check(options);
  const judges: Record<string, Evaluator> = {};
  try {
    for (const { name, trained } of options.judges) judges[name] = await createEvaluator(trained, options.engine);
    return await evaluateWith(options, judges);
  } finally {
    for (const judge of Object.values(judges)) await judge.close();
  }
}
