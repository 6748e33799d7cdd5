import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../../config/index.js';
import { ConfigError } from '../../core/errors.js';
import type { Engine } from '../../engine/index.js';
import type { JudgeKind, StoredEvaluator } from '../../evaluation/index.js';
import type { CommandContext } from '../command-context.js';
import { type ReadSubject, readSubject } from '../read-subject.js';
import { subsetFlags } from '../subset-flags.js';
import { createTrainingProgress } from '../training-progress.js';

/** Options of a judge's training, as the flags of `train` give them. */
export interface TrainEvaluatorOptions {
  readonly architecture?: string;
  readonly folds?: number;
  readonly steps?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly frames?: number;
  readonly width?: number;
  readonly blocks?: number;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
}

/** @throws ConfigError CONFIG_INVALID with the kinds that there are */
export async function judgeKindOf(name: string): Promise<JudgeKind> {
  const { JUDGE_KINDS } = await import('../../evaluation/index.js');
  const kind = JUDGE_KINDS.find((candidate) => candidate === name);
  if (kind) return kind;
  throw new ConfigError('CONFIG_INVALID', `no evaluation net ${JSON.stringify(name)}: expected ${JUDGE_KINDS.join(', ')}`);
}

/** Where the state of a judge's training is kept. */
const checkpointIn = (folder: string): string => join(folder, 'evaluator.checkpoint');

/**
 * Trains a judge into a folder: with `folds` also nets on all folds but one, for the honest accuracy on its own split.
 *
 * @returns the judge as saved
 */
export async function trainJudge(
  kind: JudgeKind,
  subject: ReadSubject,
  folder: string,
  { seed, data }: Pick<Config, 'seed' | 'data'>,
  options: TrainEvaluatorOptions,
  { engine, context, signal }: { engine: Engine; context: CommandContext; signal?: AbortSignal | undefined },
): Promise<StoredEvaluator> {
  const { crossFit, JUDGE_DEFAULTS, saveEvaluator, trainEvaluator } = await import('../../evaluation/index.js');
  const { steps = JUDGE_DEFAULTS[kind].steps, learningRate = JUDGE_DEFAULTS[kind].learningRate } = options;
  const { folds = 0, frames: numFrames, batchSize, width, blocks, checkpointEvery, resume } = options;
  const shape = { numFrames, batchSize, width, blocks };
  const settings = { kind, engine, seed, steps, learningRate, ...shape, checkpointEvery, resume, signal, logger: context.logger };
  const checkpoint = checkpointIn(folder);
  const progress = createTrainingProgress(kind, context);
  try {
    const trained = await trainEvaluator(subject, { ...settings, checkpoint, onProgress: progress.show });
    const folded = createTrainingProgress(`${kind}, folds`, context);
    const fit = folds > 1 ? await crossFit(subject, subject.people, folds, { ...settings, onProgress: folded.show }) : undefined;
    const stored: StoredEvaluator = { ...trained, ...(fit ? { crossFit: fit } : {}) };
    const source = data?.replace(/:.*[\\/].*/s, ':PATH') ?? subject.dataset.name;
    const given = [
      `--architecture ${kind} --seed ${seed} --steps ${steps} --learning-rate ${learningRate}`,
      ...subsetFlags(subject.dataset),
      ...(folds > 1 ? [`--folds ${folds}`] : []),
      ...Object.entries({ frames: numFrames, 'batch-size': batchSize, width, blocks }).flatMap(([flag, value]) =>
        value === undefined ? [] : [`--${flag} ${value}`],
      ),
    ];
    const command = `skelmix train evaluator --data ${source} --split ${subject.dataset.split} ${given.join(' ')}`;
    await saveEvaluator(folder, stored, command);
    await rm(checkpoint, { force: true });
    if (fit)
      context.logger.info(
        `${kind}: nets like it read ${(100 * fit.accuracy).toFixed(1)} % of the ${fit.by === 'person' ? 'people' : 'clips'} that they did not learn from (${fit.folds} folds)`,
      );
    return stored;
  } finally {
    progress.end();
  }
}

/** `skelmix train evaluator`: reads the split and trains the judge. */
export async function trainEvaluatorCommand(
  config: Config,
  options: TrainEvaluatorOptions & { readonly out: string },
  context: CommandContext,
  { engine, signal }: { engine: Engine; signal: AbortSignal },
): Promise<void> {
  const kind = await judgeKindOf(options.architecture ?? 'gru');
  const subject = await readSubject(config, context);
  const folder = resolve(context.io.cwd, options.out);
  await trainJudge(kind, subject, folder, config, { folds: 2, ...options }, { engine, context, signal });
  context.logger.info(
    `the evaluator is saved in ${options.out} (${kind}, learnt from ${subject.dataset.name} ${subject.dataset.split})`,
  );
}
