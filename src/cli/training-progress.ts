import type { Progress } from '../generator/index.js';
import type { CommandContext } from './command-context.js';
import { formatDuration, progressBar } from './progress-text.js';

/** Lines of a training that is not watched on a terminal come at most this often. */
const LINE_EVERY_MS = 10_000;
const REDRAW_EVERY_MS = 100;

/** Shows how a training goes. */
export interface TrainingProgress {
  /** Takes one step's progress: redraws a bar on a terminal, else prints a line now and then and at the last step. */
  show(progress: Progress): void;
  /** Removes the bar. */
  end(): void;
}

/** One line of a training's progress, without a bar. */
export function trainingLine(name: string, { step, steps, loss, stepsPerSecond, etaMs }: Progress): string {
  return `${name} ${step}/${steps}  loss ${loss.toFixed(4)}  ${stepsPerSecond.toFixed(1)} steps/s  ${formatDuration(etaMs)} left`;
}

/** @param now clock in ms, for tests */
export function createTrainingProgress(
  name: string,
  { terminal, logger, quiet }: Pick<CommandContext, 'terminal' | 'logger' | 'quiet'>,
  now: () => number = () => performance.now(),
): TrainingProgress {
  const everyMs = terminal.isTty ? REDRAW_EVERY_MS : LINE_EVERY_MS;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(progress) {
      const isLast = progress.step === progress.steps;
      if (quiet || (now() - shownAt < everyMs && !isLast)) return;
      shownAt = now();
      const line = trainingLine(name, progress);
      if (terminal.isTty) terminal.status(`${progressBar(progress.step / progress.steps)} ${line}`);
      else logger.info(line);
    },
    end: () => terminal.status(null),
  };
}
