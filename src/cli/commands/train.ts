import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/index.js';
import type { Clip } from '../../core/clip.js';
import { ConfigError } from '../../core/errors.js';
import type { Engine } from '../../engine/index.js';
import type { TrainingSubject } from '../../generator/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { EarlyExit } from '../early-exit.js';
import { SIGNAL_EXIT, watchInterrupts } from '../interrupts.js';
import type { Io } from '../io.js';
import { parseCount, parsePositive } from '../parse-count.js';
import { createTrainingProgress } from '../training-progress.js';

const SETTINGS = ['data', 'split', 'layout', 'seed', 'loader.onError', 'engine'];

const KINDS = ['denoiser', 'st-trans'] as const;
type Kind = (typeof KINDS)[number];

/** Steps of the bundled UTD-MHAD model. */
const STEPS: Readonly<Record<Kind, number>> = { denoiser: 6000, 'st-trans': 1500 };

interface TrainOptions {
  readonly out: string;
  readonly resume?: boolean;
  readonly steps?: number;
  readonly learningRate: number;
  readonly batchSize?: number;
  readonly frames?: number;
  readonly width?: number;
  readonly blocks?: number;
  readonly heads?: number;
  readonly checkpointEvery?: number;
}

/** Options that decide what a training makes, by flag. */
const NUMBERS = [
  ['--steps', 'steps'],
  ['--learning-rate', 'learningRate'],
  ['--batch-size', 'batchSize'],
  ['--frames', 'frames'],
  ['--width', 'width'],
  ['--blocks', 'blocks'],
  ['--heads', 'heads'],
] as const;

function kindsOf(what: string): readonly Kind[] {
  if (what === 'all') return KINDS;
  const kind = KINDS.find((candidate) => candidate === what);
  if (kind) return [kind];
  throw new ConfigError('CONFIG_INVALID', `train ${JSON.stringify(what)}: expected ${KINDS.join(', ')} or all`);
}

async function readSubject(config: Config, context: CommandContext): Promise<TrainingSubject> {
  const { openConfiguredDataset } = await import('../../service/index.js');
  const dataset = await openConfiguredDataset(config, context.logger);
  const clips: Clip[] = [];
  for await (const clip of dataset.clips()) {
    clips.push(clip);
    context.terminal.status(`reading clips ${clips.length}/${dataset.items.length}`);
  }
  context.terminal.status(null);
  const { name, split, simulated, digest, layout, classes } = dataset;
  context.logger.info(
    `${clips.length} ${simulated ? 'SIMULATED' : 'recorded'} clips of ${name} ${split}, ${classes.length} classes, ${layout.joints.length} joints`,
  );
  return { clips, layout, classes, dataset: { name, split, simulated, digest } };
}

/** The command that trains the same again, for the manifest. Where the data lie is left out: it differs by machine. */
export function commandOf(kind: Kind, { dataset }: TrainingSubject, config: Config, options: TrainOptions): string {
  const data = config.data?.replace(/:.*[\\/].*/s, ':PATH') ?? dataset.name;
  const given = NUMBERS.flatMap(([flag, key]) => (options[key] === undefined ? [] : [`${flag} ${options[key]}`]));
  return [`skelmix train ${kind} --data ${data} --split ${dataset.split} --seed ${config.seed}`, ...given].join(' ');
}

async function trainOne(
  kind: Kind,
  subject: TrainingSubject,
  engine: Engine,
  config: Config,
  options: TrainOptions,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { saveNetwork, trainDenoiser, trainStTrans } = await import('../../generator/index.js');
  const folder = resolve(context.io.cwd, options.out);
  const checkpoint = join(folder, `${kind}.checkpoint`);
  const progress = createTrainingProgress(kind, context);
  const train = kind === 'denoiser' ? trainDenoiser : trainStTrans;
  const { out, steps = STEPS[kind], learningRate, batchSize, frames, width, blocks, heads, checkpointEvery, resume } = options;
  const shape = { numFrames: frames, width, blocks, heads };
  const run = { steps, learningRate, batchSize, checkpoint, checkpointEvery, resume, onProgress: progress.show, signal };
  try {
    const network = await train(subject, { engine, seed: config.seed, logger: context.logger, ...shape, ...run });
    progress.end();
    const command = commandOf(kind, subject, config, { ...options, steps });
    const manifest = await saveNetwork(folder, subject, network, command);
    await rm(checkpoint, { force: true });
    context.logger.info(`${kind} is saved in ${out} (model ${manifest.name}@${manifest.version})`);
  } catch (error) {
    progress.end();
    if (error instanceof EarlyExit)
      context.logger.info(
        `stopped; the state is saved in ${join(out, `${kind}.checkpoint`)}: run the same command with --resume to go on`,
      );
    throw error;
  }
}

async function train(what: string, config: Config, options: TrainOptions, context: CommandContext): Promise<void> {
  const kinds = kindsOf(what);
  const { selectEngine } = await import('../../engine/index.js');
  const subject = await readSubject(config, context);
  const stop = new AbortController();
  const unwatch = watchInterrupts({
    onFirst(signal) {
      context.logger.info('stopping after this step, with a checkpoint (Ctrl-C again: at once, without)');
      stop.abort(new EarlyExit(SIGNAL_EXIT[signal]));
    },
    onForced: (exitCode) => process.exit(exitCode),
  });
  const { name, threads, fallback } = config.engine;
  const engine = await selectEngine({ name, fallback, logger: context.logger, ...(threads === 0 ? {} : { threads }) });
  try {
    for (const kind of kinds) await trainOne(kind, subject, engine, config, options, context, stop.signal);
    context.print(options.out);
  } finally {
    unwatch();
    await engine.close();
  }
}

/** `skelmix train denoiser|st-trans|all`: trains the networks of a model on one split of a data set. */
export function addTrain(program: Command, io: Io): void {
  const command = program
    .command('train <network>')
    .description('train the networks of a model: denoiser, st-trans (its guide), or all')
    .requiredOption('--out <folder>', 'folder of the model; networks of the same clips that lie there are kept')
    .option('--resume', 'go on from the checkpoint in the folder')
    .option(
      '--steps <count>',
      `training steps (default: ${KINDS.map((kind) => `${STEPS[kind]} for ${kind}`).join(', ')})`,
      parseCount('--steps', 1),
    )
    .option('--learning-rate <rate>', 'peak learning rate', parsePositive('--learning-rate'), 1e-3)
    .option('--batch-size <clips>', 'clips in a step (default: 64)', parseCount('--batch-size', 1))
    .option('--frames <count>', 'frames of a generated clip (default: 64)', parseCount('--frames', 2))
    .option('--width <count>', 'width of the network (default: 128 denoiser, 64 st-trans)', parseCount('--width', 1))
    .option('--blocks <count>', 'blocks of the network (default: 5 denoiser, 3 st-trans)', parseCount('--blocks', 1))
    .option('--heads <count>', 'attention heads (default: 4)', parseCount('--heads', 1))
    .option('--checkpoint-every <steps>', 'steps between checkpoints (default: 250)', parseCount('--checkpoint-every', 1));
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(
    async (what: string, options: Record<string, unknown> & TrainOptions) => {
      await withConfig(io, options, SETTINGS, ({ config }, context) => train(what, config, options, context));
    },
  );
}
