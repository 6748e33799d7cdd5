import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/index.js';
import { ConfigError, ModelError } from '../../core/errors.js';
import type { Engine } from '../../engine/index.js';
import type { DenoiserTraining, Model, TrainedNetwork, TrainingSubject } from '../../generator/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { EarlyExit } from '../early-exit.js';
import { endAtOnce } from '../end-at-once.js';
import { SIGNAL_EXIT, watchInterrupts } from '../interrupts.js';
import type { Io } from '../io.js';
import { openEngine } from '../open-engine.js';
import { parseCount, parsePositive } from '../parse-count.js';
import { readSubject } from '../read-subject.js';
import { subsetFlags } from '../subset-flags.js';
import { createTrainingProgress } from '../training-progress.js';
import { defaultSteps, FEW_CLIPS_STEPS, KINDS, type Kind, STEPS } from '../training-steps.js';
import { type TrainEvaluatorOptions, trainEvaluatorCommand } from './train-evaluator.js';

const SETTINGS = ['data', 'split', 'layout', 'clipsPerClass', 'subsetSeed', 'seed', 'loader.onError', 'engine'];

/** What a whole model takes, in this order. */
const ALL: readonly Kind[] = ['denoiser', 'st-trans', 'distilled', 'noise', 'gate'];

interface TrainOptions extends TrainEvaluatorOptions {
  readonly out: string;
  readonly heads?: number;
}

/** Peak learning rates; a distillation starts from a trained network. */
const RATES: Readonly<Record<Kind, number>> = {
  denoiser: 1e-3,
  early: 1e-3,
  'st-trans': 1e-3,
  distilled: 5e-4,
  gate: 1e-3,
  noise: 0,
};

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
  if (what === 'all') return ALL;
  const kind = KINDS.find((candidate) => candidate === what);
  if (kind) return [kind];
  throw new ConfigError('CONFIG_INVALID', `train ${JSON.stringify(what)}: expected ${KINDS.join(', ')}, all or evaluator`);
}

/** The command that trains the same again, for the manifest. Where the data lie is left out: it differs by machine. */
export function commandOf(kind: Kind, { dataset }: TrainingSubject, config: Config, options: TrainOptions): string {
  const data = config.data?.replace(/:.*[\\/].*/s, ':PATH') ?? dataset.name;
  const given = NUMBERS.flatMap(([flag, key]) => (options[key] === undefined ? [] : [`${flag} ${options[key]}`]));
  return [
    `skelmix train ${kind} --data ${data} --split ${dataset.split} --seed ${config.seed}`,
    ...subsetFlags(dataset),
    ...given,
  ].join(' ');
}

/** The model in the folder that a gate is trained for, or undefined where there is no denoiser yet. */
async function modelToJudge(folder: string, { logger }: DenoiserTraining): Promise<Model | undefined> {
  const { loadModel } = await import('../../generator/index.js');
  try {
    return await loadModel(folder);
  } catch (error) {
    if (!(error instanceof ModelError && error.code === 'MODEL_MISSING')) throw error;
    logger?.info(
      'there is no denoiser beside this gate yet, so the bounds of bones are those of the recordings alone; train the gate anew after it',
    );
    return undefined;
  }
}

async function trainKind(
  kind: Exclude<Kind, 'noise'>,
  folder: string,
  subject: TrainingSubject,
  options: DenoiserTraining,
): Promise<TrainedNetwork> {
  const { loadModel, trainDenoiser, trainDistilled, trainGate, trainStTrans } = await import('../../generator/index.js');
  if (kind === 'st-trans') return trainStTrans(subject, options);
  if (kind === 'gate') return trainGate(subject, { ...options, model: await modelToJudge(folder, options) });
  if (kind === 'distilled') return trainDistilled(subject, { ...options, model: await loadModel(folder) });
  return trainDenoiser(subject, { ...options, kind });
}

/** Samples clips of a finished model and puts into its manifest how much sensor noise they lack. */
async function measureNoise(
  folder: string,
  subject: TrainingSubject,
  engine: Engine,
  config: Config,
  { steps: count = STEPS.noise, out }: TrainOptions,
  context: CommandContext,
): Promise<void> {
  const { createClipGenerator, defaultSampling, fitNoise, loadModel, saveNoise } = await import('../../generator/index.js');
  const model = await loadModel(folder);
  const settings = { ...defaultSampling, sensorNoise: 0, projectBones: false, ...(model.stTrans ? {} : { classifierScale: 0 }) };
  const generator = createClipGenerator({ model, engine, seed: config.seed, settings });
  context.logger.info(`sampling ${count} clips to see how much sensor noise they lack`);
  const clips = await generator.generate(
    Array.from({ length: count }, (_, i) => i % subject.classes.length),
    0,
  );
  await generator.close();
  const noise = fitNoise(subject.clips, clips, subject.layout, model.manifest.image);
  const manifest = await saveNoise(folder, noise);
  const mean = (noise.reduce((sum, value) => sum + value, 0) / noise.length) * model.manifest.image.scale;
  context.logger.info(
    `sensor noise is saved in ${out} (model ${manifest.name}@${manifest.version}): ${(1000 * mean).toFixed(2)} thousandths of a unit on average`,
  );
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
  const { saveNetwork } = await import('../../generator/index.js');
  const folder = resolve(context.io.cwd, options.out);
  if (kind === 'noise') return measureNoise(folder, subject, engine, config, options, context);
  const checkpoint = join(folder, `${kind}.checkpoint`);
  const progress = createTrainingProgress(kind, context);
  const {
    out,
    steps = defaultSteps(kind, subject),
    learningRate = RATES[kind],
    batchSize,
    frames,
    width,
    blocks,
    heads,
  } = options;
  const { checkpointEvery, resume } = options;
  const shape = { numFrames: frames, width, blocks, heads };
  const run = { steps, learningRate, batchSize, checkpoint, checkpointEvery, resume, onProgress: progress.show, signal };
  try {
    const network = await trainKind(kind, folder, subject, {
      engine,
      seed: config.seed,
      logger: context.logger,
      ...shape,
      ...run,
    });
    progress.end();
    const command = commandOf(kind, subject, config, { ...options, steps, learningRate });
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
  const kinds = what === 'evaluator' ? [] : kindsOf(what);
  const subject = kinds.length > 0 ? await readSubject(config, context) : undefined;
  const stop = new AbortController();
  const unwatch = watchInterrupts({
    onFirst(signal) {
      context.logger.info('stopping after this step, with a checkpoint (Ctrl-C again: at once, without)');
      stop.abort(new EarlyExit(SIGNAL_EXIT[signal]));
    },
    onForced: endAtOnce,
  });
  const engine = await openEngine(config, context);
  try {
    if (subject) for (const kind of kinds) await trainOne(kind, subject, engine, config, options, context, stop.signal);
    else await trainEvaluatorCommand(config, options, context, { engine, signal: stop.signal });
    context.print(options.out);
  } finally {
    unwatch();
    await engine.close();
  }
}

/** `skelmix train NETWORK|all|evaluator`: trains the networks of a model on one split of a data set, or a judge on another. */
export function addTrain(program: Command, io: Io): void {
  const command = program
    .command('train <network>')
    .description(
      'train the networks of a model: denoiser, st-trans (its guide), distilled (classifier-free guidance in one pass), gate (what rejects ' +
        'bad clips), noise (sensor noise that samples lack), or all of these; early (a poor denoiser for autoguidance); or an evaluator, which judges models of other splits',
    )
    .requiredOption('--out <folder>', 'folder of the model; networks of the same clips that lie there are kept')
    .option('--resume', 'go on from the checkpoint in the folder')
    .option(
      '--steps <count>',
      `training steps, or clips sampled for noise (default: ${KINDS.map((kind) => `${STEPS[kind]} for ${kind}`).join(', ')}; with 10 clips a class or fewer ${FEW_CLIPS_STEPS.denoiser}, ${FEW_CLIPS_STEPS.early}, ${FEW_CLIPS_STEPS['st-trans']}, ${FEW_CLIPS_STEPS.distilled}; by architecture for an evaluator)`,
      parseCount('--steps', 1),
    )
    .option(
      '--learning-rate <rate>',
      'peak learning rate (default: 0.001, 0.0005 for distilled; by architecture for an evaluator)',
      parsePositive('--learning-rate'),
    )
    .option('--architecture <name>', 'net of an evaluator: gru, st-gcn or frame-transformer (default: gru)')
    .option(
      '--folds <count>',
      'parts of the people, for the honest accuracy of an evaluator on its own split; 0: leave that out (default: 2)',
      parseCount('--folds', 0),
    )
    .option('--batch-size <clips>', 'clips in a step (default: 64)', parseCount('--batch-size', 1))
    .option('--frames <count>', 'frames of a generated clip (default: 64)', parseCount('--frames', 2))
    .option('--width <count>', 'width of the network (default: 128 denoiser, 64 st-trans and gate)', parseCount('--width', 1))
    .option('--blocks <count>', 'blocks of the network (default: 5 denoiser, 2 st-trans and gate)', parseCount('--blocks', 1))
    .option('--heads <count>', 'attention heads (default: 4 denoiser, 2 st-trans)', parseCount('--heads', 1))
    .option('--checkpoint-every <steps>', 'steps between checkpoints (default: 250)', parseCount('--checkpoint-every', 1));
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(
    async (what: string, options: Record<string, unknown> & TrainOptions) => {
      await withConfig(io, options, SETTINGS, ({ config, origins }, context) => {
        // A judge learns from the clips that models don't: the usual default would be the wrong one.
        const split = what === 'evaluator' && origins.split === 'default' ? 'val' : config.split;
        return train(what, { ...config, split }, options, context);
      });
    },
  );
}
