import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/index.js';
import { ConfigError } from '../../core/errors.js';
import type { Evaluation } from '../../evaluation/index.js';
import type { ModelTarget } from '../../service/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import type { Io } from '../io.js';
import { openEngine } from '../open-engine.js';
import { openJudges } from '../open-judges.js';
import { parseCount } from '../parse-count.js';
import { type ReadSubject, readSubject } from '../read-subject.js';
import { createWorkProgress } from '../work-progress.js';

const SETTINGS = ['data', 'layout', 'seed', 'generator.model', 'loader.onError', 'engine'];

interface EvaluateOptions {
  readonly samples: number;
  readonly repetitions: number;
  readonly fresh?: boolean;
  readonly settings: string;
  readonly judges: string;
  readonly judgeSplit?: string;
  readonly testSplit?: string;
  readonly evaluatorSteps?: number;
  readonly folds: number;
  readonly recognizerSteps: number;
  readonly recognizerSeeds: number;
  readonly json?: boolean;
  readonly html?: string;
  readonly save?: boolean;
}

/** Names in a list with commas. */
const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Reads each split once, under the configuration that is its own. */
function rememberSplits(configOf: (split: string) => Config, context: CommandContext): (split: string) => Promise<ReadSubject> {
  const read = new Map<string, ReadSubject>();
  return async (split) => {
    const known = read.get(split);
    if (known) return known;
    const subject = await readSubject(configOf(split), context);
    for (const name of [split, subject.dataset.split]) read.set(name, read.get(name) ?? subject);
    return read.get(subject.dataset.split)!;
  };
}

/** What of a split that was read a model must agree with. */
function targetOf({ dataset: { clipsPerClass, subsetSeed, ...dataset }, layout, classes }: ReadSubject): ModelTarget {
  const subset = clipsPerClass === undefined ? {} : { subset: { clipsPerClass, seed: subsetSeed ?? 0 } };
  return { ...dataset, ...subset, layout, classes };
}

/** Puts the figures into the model's manifest, as `metrics`. */
async function saveMetrics(folder: string, evaluation: Evaluation): Promise<void> {
  const { manifestMetrics } = await import('../evaluation-tables.js');
  const { formatManifest, readManifest } = await import('../../generator/index.js');
  const manifest = { ...(await readManifest(folder)), metrics: manifestMetrics(evaluation) };
  await writeFile(join(folder, 'manifest.json'), formatManifest(manifest));
}

/** What goes out as JSON: everything but the distance of every single clip. */
function withoutDistances({ rows, ...rest }: Evaluation): unknown {
  return { ...rest, rows: rows.map(({ nearest: _, ...row }) => row) };
}

async function evaluate(config: Config, options: EvaluateOptions, context: CommandContext): Promise<void> {
  const { modelFolder, checkModelFits, trainingDataOf } = await import('../../service/index.js');
  const { loadModel } = await import('../../generator/index.js');
  const { evaluateModel, namedSampling, renderReport } = await import('../../evaluation/index.js');
  if (config.generator.model === undefined)
    throw new ConfigError('CONFIG_INVALID', 'generator.model is missing: name the model to evaluate with --model');
  const settings = listOf(options.settings).map(namedSampling);
  const folder = await modelFolder(config.generator.model);
  const model = await loadModel(folder);
  const { dataset } = model.manifest;
  const judgeSplit = options.judgeSplit ?? dataset.split.replace(/train$/, 'val');
  if (judgeSplit === dataset.split)
    throw new ConfigError(
      'CONFIG_INVALID',
      `the judge must not learn from ${judgeSplit}, which the model was trained on: name another split with --judge-split`,
    );
  // Only of the model's own split some clips may be left out: a judge has all of its split.
  const read = rememberSplits(
    (split) =>
      split === dataset.split
        ? trainingDataOf(config, model.manifest)
        : { ...config, split, clipsPerClass: undefined, subsetSeed: undefined },
    context,
  );
  const train = await read(dataset.split);
  checkModelFits(model.manifest, folder, targetOf(train), context.logger);
  const test = await read(options.testSplit ?? judgeSplit);

  const engine = await openEngine(config, context);
  try {
    const judges = await openJudges(listOf(options.judges), {
      engine,
      config,
      context,
      split: judgeSplit,
      steps: options.evaluatorSteps,
      folds: options.folds,
      read,
    });
    const { evaluation, shown } = await evaluateModel({
      ...{ model, engine, judges, train, test, settings },
      samples: options.samples,
      repetitions: options.repetitions,
      fresh: options.fresh === true,
      seed: config.seed,
      recognizerSteps: options.recognizerSteps,
      recognizerSeeds: options.recognizerSeeds,
      onProgress: createWorkProgress(context),
      onRow: (row) => {
        context.terminal.status(null);
        context.logger.info(`measured: ${row.name}, ${row.clips} clips`);
      },
    });
    if (options.save) await saveMetrics(folder, evaluation);
    if (options.html !== undefined) {
      await writeFile(resolve(context.io.cwd, options.html), renderReport(evaluation, shown, model.manifest.layout));
      context.logger.info(`the report is in ${options.html}`);
    }
    if (options.json) return context.print(JSON.stringify(withoutDistances(evaluation)));
    const { evaluationTables } = await import('../evaluation-tables.js');
    for (const line of evaluationTables(evaluation)) context.print(line);
  } finally {
    context.terminal.status(null);
    await engine.close();
  }
}

/** `skelmix evaluate`: how good a model's samples are, judged by nets that never saw its clips, beside real clips. */
export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command('evaluate')
    .description("judge a model's samples beside real clips, with nets trained on a split that the model never saw")
    .option('--samples <count>', 'samples of each setting', parseCount('--samples', 2), 1024)
    .option(
      '--settings <names>',
      'sampling settings to compare: default, unguided, st-trans, classifier-free, a preset, or settings as clip ids hold them',
      'default,unguided',
    )
    .option('--repetitions <count>', 'draws that figures are averaged over', parseCount('--repetitions', 2), 20)
    .option('--fresh', 'sample anew for every repetition, instead of drawing halves of one pool')
    .option('--judges <names>', 'gru, st-gcn, frame-transformer, or folders of "train evaluator"', 'gru')
    .option('--evaluator-steps <count>', 'training steps of a judge (default: by kind)', parseCount('--evaluator-steps', 1))
    .option('--folds <count>', "parts of the people, for the judge's honest accuracy on its split", parseCount('--folds', 0), 0)
    .option('--judge-split <split>', "split that a judge learns from (default: the model's, val instead of train)")
    .option('--test-split <split>', "real test clips (default: the judge's split)")
    .option('--recognizer-steps <count>', 'training steps of the recognizers; 0: none', parseCount('--recognizer-steps', 0), 700)
    .option('--recognizer-seeds <count>', 'recognizers for each set of clips', parseCount('--recognizer-seeds', 1), 1)
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a report with tables, films and charts, one file')
    .option('--save', "put the figures into the model's manifest");
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(async (options: Record<string, unknown> & EvaluateOptions) => {
    await withConfig(io, options, SETTINGS, ({ config }, context) => evaluate(config, options, context));
  });
}
