import type { Logger } from '../../core/logger.js';
import type { ParameterSpec } from '../networks/parameters.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { learningRateAt } from './optimizer.js';
import { createTrainer, type Trainer, type TrainerOptions } from './trainer.js';

/** One line of progress. */
export interface Progress {
  /** Steps done, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Loss, averaged over about the last 50 steps. */
  readonly loss: number;
  readonly stepsPerSecond: number;
  /** Time left at the present speed, ms. */
  readonly etaMs: number;
}

/** What every training takes, whatever it trains. */
export interface RunOptions {
  readonly steps: number;
  readonly learningRate: number;
  /** File that holds the state; written every `checkpointEvery` steps, on abort and at the end. Absent: none. */
  readonly checkpoint?: string | undefined;
  /** Default 250. */
  readonly checkpointEvery?: number | undefined;
  /** Go on from the checkpoint where there is one. Default false: start anew. */
  readonly resume?: boolean | undefined;
  /** Called after every step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Aborting saves a checkpoint and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/** What is trained: the step to compile, its name, and the inputs of each step. */
export interface TrainingJob {
  readonly trainer: TrainerOptions & { readonly parameters: readonly ParameterSpec[] };
  /** Names the training in its checkpoint. */
  readonly fingerprint: string;
  /** Feeds of step k, a pure function of k, so that a resumed training is the same training. */
  readonly feeds: (k: number) => Record<string, Float32Array>;
}

/**
 * Runs a training to its last step, with checkpoints. The learning rate warms up and then falls by half a cosine.
 * The caller closes the trainer that comes back.
 */
export async function runTraining(job: TrainingJob, options: RunOptions): Promise<Trainer> {
  const { steps, learningRate, checkpoint, checkpointEvery = 250, signal } = options;
  const resumed =
    checkpoint && options.resume ? await loadCheckpoint(checkpoint, job.trainer.parameters, job.fingerprint) : undefined;
  if (resumed) options.logger?.info(`resuming ${job.trainer.name} at step ${resumed.step} of ${steps}`, { checkpoint });
  const trainer = await createTrainer(job.trainer, resumed);
  const save = async (): Promise<void> => {
    if (checkpoint) await saveCheckpoint(checkpoint, await trainer.state(), job.fingerprint);
  };
  const began = performance.now();
  const first = trainer.step;
  try {
    while (trainer.step < steps) {
      const k = trainer.step;
      if (signal?.aborted) {
        await save();
        signal.throwIfAborted();
      }
      await trainer.run(job.feeds(k), learningRateAt(k, steps, learningRate));
      const perStep = (performance.now() - began) / (trainer.step - first);
      options.onProgress?.({
        step: trainer.step,
        steps,
        loss: trainer.loss,
        stepsPerSecond: 1000 / perStep,
        etaMs: perStep * (steps - trainer.step),
      });
      if (trainer.step % checkpointEvery === 0 && trainer.step < steps) await save();
    }
    await save();
  } catch (error) {
    await trainer.close();
    throw error;
  }
  return trainer;
}
