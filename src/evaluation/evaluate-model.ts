import type { Clip } from '../core/clip.js';
import { resampleClip } from '../core/resample-clip.js';
import type { Engine } from '../engine/engine.js';
import { createClipGenerator } from '../generator/create-clip-generator.js';
import type { Model } from '../generator/model/load-model.js';
import { defaultSampling, type SamplingSettings } from '../generator/sampling-settings.js';
import { accuracyOf, type Evaluator } from './evaluator.js';
import { frechetDistance } from './fid.js';
import { boneVariationOf, diversityOf, jitterOf } from './naturality.js';

/** Figures of one set of clips. */
export interface EvaluationRow {
  readonly name: string;
  /** Share of the clips that the evaluator takes for what they should be. */
  readonly accuracy: number;
  /** Mean distance of the evaluator's features of random pairs. */
  readonly diversity: number;
  /** Frechet distance of the features to those of the training clips; 0 for these themselves. */
  readonly fidTrain: number;
  /** The same to the clips of the judge's split: people that the model never saw. */
  readonly fidUnseen: number;
  /** Mean length of the second difference over time, in metres a frame squared. */
  readonly jitter: number;
  readonly boneVariation: number;
  /** Generated clips a second; absent for real ones. */
  readonly clipsPerSecond?: number;
}

/** What is evaluated, by whom and against what. */
export interface EvaluationOptions {
  readonly model: Model;
  readonly engine: Engine;
  /** Trained on clips that the model never saw; see `trainEvaluator`. */
  readonly evaluator: Evaluator;
  /** The clips that the model was trained on: the figures that samples are held against. */
  readonly real: readonly Clip[];
  /** Clips that the model never saw. */
  readonly unseen: readonly Clip[];
  /** Samples of each setting, spread evenly over the classes. */
  readonly samples: number;
  readonly seed: number;
  /** Called when a row is done. */
  readonly onRow?: (row: EvaluationRow) => void;
}

/** Guidance off, each guidance by itself, and the product's defaults, which have both. */
const SETTINGS: Readonly<Record<string, SamplingSettings>> = {
  unguided: { ...defaultSampling, classifierFreeScale: 1, classifierScale: 0 },
  'ST-Trans 0.4': { ...defaultSampling, classifierFreeScale: 1, classifierScale: 0.4, interval: [0.15, 0.9] },
  'classifier-free 2': { ...defaultSampling, classifierFreeScale: 2, classifierScale: 0 },
  default: defaultSampling,
};

/** Features of real clips. */
interface References {
  readonly train: readonly Float32Array[];
  readonly unseen: readonly Float32Array[];
}

/** The figures of one set of clips. */
async function rowOf(
  name: string,
  clips: readonly Clip[],
  references: References,
  { evaluator, model, seed }: EvaluationOptions,
): Promise<EvaluationRow> {
  const judgements = await evaluator.judge(clips);
  const features = judgements.map((judgement) => judgement.features);
  return {
    name,
    accuracy: accuracyOf(judgements),
    fidTrain: frechetDistance(features, references.train),
    fidUnseen: frechetDistance(features, references.unseen),
    diversity: diversityOf(judgements, seed),
    jitter: jitterOf(clips),
    boneVariation: boneVariationOf(clips, model.manifest.layout),
  };
}

/** Samples a model with guidance off and on and holds the samples against the real clips. Bones are left as sampled, so that their variation says something. */
export async function evaluateModel(options: EvaluationOptions): Promise<EvaluationRow[]> {
  const { model, engine, samples, seed, onRow } = options;
  const { classes, image } = model.manifest;
  const featuresOf = async (clips: readonly Clip[]) => (await options.evaluator.judge(clips)).map(({ features }) => features);
  const references = { train: await featuresOf(options.real), unseen: await featuresOf(options.unseen) };
  const rows: EvaluationRow[] = [];
  const add = (row: EvaluationRow): void => {
    rows.push(row);
    onRow?.(row);
  };
  add(
    await rowOf(
      'real training clips',
      options.real.map((clip) => resampleClip(clip, image.numFrames)),
      references,
      options,
    ),
  );
  const labels = Array.from({ length: samples }, (_, i) => i % classes.length);
  for (const [name, settings] of Object.entries(SETTINGS)) {
    if (settings.classifierScale !== 0 && !model.stTrans) continue;
    const generator = createClipGenerator({ model, engine, seed, settings: { ...settings, projectBones: false }, groupSize: 64 });
    await generator.generate(labels.slice(0, 1), 0);
    const began = performance.now();
    const clips = await generator.generate(labels, 0);
    const clipsPerSecond = (1000 * samples) / (performance.now() - began);
    await generator.close();
    add({ ...(await rowOf(name, clips, references, options)), clipsPerSecond });
  }
  return rows;
}
