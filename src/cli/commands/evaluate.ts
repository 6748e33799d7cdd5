import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/index.js';
import type { Clip } from '../../core/clip.js';
import { ConfigError } from '../../core/errors.js';
import type { Engine } from '../../engine/index.js';
import type { EvaluationRow } from '../../evaluation/evaluate-model.js';
import type { Evaluator } from '../../evaluation/evaluator.js';
import type { TrainingSubject } from '../../generator/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { formatTable } from '../format-table.js';
import type { Io } from '../io.js';
import { parseCount } from '../parse-count.js';
import { createTrainingProgress } from '../training-progress.js';

const SETTINGS = ['data', 'layout', 'seed', 'generator.model', 'loader.onError', 'engine'];

interface EvaluateOptions {
  readonly samples: number;
  readonly evaluatorSteps: number;
  readonly judgeSplit?: string;
  readonly json?: boolean;
  readonly save?: boolean;
}

/** All clips of one split, with what the manifest of a training says of them. */
async function readSplit(config: Config, split: string, context: CommandContext): Promise<TrainingSubject> {
  const { openConfiguredDataset } = await import('../../service/index.js');
  const { name, simulated, digest, layout, classes, ...dataset } = await openConfiguredDataset(
    { ...config, split },
    context.logger,
  );
  const clips: Clip[] = [];
  for await (const clip of dataset.clips()) clips.push(clip);
  return { clips, layout, classes, dataset: { name, split: dataset.split, simulated, digest } };
}

/** Trains the judge on the split that the model never saw; a finished one is kept in the user's cache. */
async function judgeOf(
  subject: TrainingSubject,
  engine: Engine,
  config: Config,
  steps: number,
  context: CommandContext,
): Promise<Evaluator> {
  const { createEvaluator, trainEvaluator } = await import('../../evaluation/evaluator.js');
  const cache = context.io.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const { name, split, digest } = subject.dataset;
  const checkpoint = join(
    cache,
    'skelmix',
    'evaluators',
    `${name}-${split.replaceAll('/', '-')}-${digest}-${config.seed}-${steps}.checkpoint`,
  );
  const progress = createTrainingProgress('evaluator', context);
  const trained = await trainEvaluator(subject, engine, {
    seed: config.seed,
    steps,
    learningRate: 1e-3,
    checkpoint,
    resume: true,
    onProgress: progress.show,
  });
  progress.end();
  return createEvaluator(trained, engine);
}

/** Puts the figures into the model's manifest, as `metrics`. */
async function saveMetrics(folder: string, rows: readonly EvaluationRow[]): Promise<void> {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { metrics: Record<string, number> };
  manifest.metrics = Object.fromEntries(
    rows.flatMap(({ name, clipsPerSecond: _, ...figures }) =>
      Object.entries(figures).map(([figure, value]) => [`${name}/${figure}`, Number(value.toPrecision(4))]),
    ),
  );
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function evaluate(config: Config, options: EvaluateOptions, context: CommandContext): Promise<void> {
  const { modelFolder, checkModelFits } = await import('../../service/index.js');
  const { loadModel } = await import('../../generator/index.js');
  const { selectEngine } = await import('../../engine/index.js');
  const { accuracyOf } = await import('../../evaluation/evaluator.js');
  const { evaluateModel } = await import('../../evaluation/evaluate-model.js');
  if (config.generator.model === undefined)
    throw new ConfigError('CONFIG_INVALID', 'generator.model is missing: name the model to evaluate with --model');
  const folder = await modelFolder(config.generator.model);
  const model = await loadModel(folder);
  const { dataset, version } = model.manifest;
  const judgeSplit = options.judgeSplit ?? dataset.split.replace(/train$/, 'val');
  if (judgeSplit === dataset.split)
    throw new ConfigError(
      'CONFIG_INVALID',
      `the judge must not learn from ${judgeSplit}, which the model was trained on: name another split with --judge-split`,
    );
  const [real, unseen] = [await readSplit(config, dataset.split, context), await readSplit(config, judgeSplit, context)];
  checkModelFits(model.manifest, folder, { ...real.dataset, layout: real.layout, classes: real.classes }, context.logger);

  const { name, threads, fallback } = config.engine;
  const engine = await selectEngine({ name, fallback, logger: context.logger, ...(threads === 0 ? {} : { threads }) });
  try {
    const evaluator = await judgeOf(unseen, engine, config, options.evaluatorSteps, context);
    context.logger.info(
      `judge: trained on ${judgeSplit}, reads ${(100 * accuracyOf(await evaluator.judge(real.clips))).toFixed(1)} % of ${dataset.split}`,
    );
    const rows = await evaluateModel({
      model,
      engine,
      evaluator,
      real: real.clips,
      unseen: unseen.clips,
      samples: options.samples,
      seed: config.seed,
      onRow: (row) => context.logger.info(`${row.name}: accuracy ${row.accuracy.toFixed(3)}`),
    });
    await evaluator.close();
    if (options.save) await saveMetrics(folder, rows);
    if (options.json)
      return context.print(JSON.stringify({ model: `${model.manifest.name}@${version}`, samples: options.samples, rows }));
    const text = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '';
    const cells = rows.map((row) => [
      row.name,
      text(row.accuracy, 3),
      text(row.fidTrain, 3),
      text(row.fidUnseen, 3),
      text(row.diversity, 2),
      text(row.jitter, 4),
      text(row.boneVariation, 3),
      text(row.clipsPerSecond, 1),
    ]);
    for (const line of formatTable(
      ['clips', 'accuracy', 'FID to train', 'FID to unseen', 'diversity', 'jitter', 'bone variation', 'clips/s'],
      cells,
    ))
      context.print(line);
  } finally {
    await engine.close();
  }
}

/** `skelmix evaluate`: how well a judge that never saw the model's clips recognises its samples, with guidance off and on. */
export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command('evaluate')
    .description("judge a model's samples with a classifier trained on the split that the model never saw")
    .option('--samples <count>', 'samples of each setting', parseCount('--samples', 1), 512)
    .option('--evaluator-steps <count>', 'training steps of the judge', parseCount('--evaluator-steps', 1), 1200)
    .option('--judge-split <split>', "split that the judge learns from (default: the model's, val instead of train)")
    .option('--json', 'print JSON')
    .option('--save', "put the figures into the model's manifest");
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(async (options: Record<string, unknown> & EvaluateOptions) => {
    await withConfig(io, options, SETTINGS, ({ config }, context) => evaluate(config, options, context));
  });
}
