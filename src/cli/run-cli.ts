import { CommanderError } from 'commander';
import { EarlyExit } from './early-exit.js';
import type { Io } from './io.js';
import { createProgram } from './program.js';
import { describeError, formatErrorReport } from './report-error.js';

/** commander throws these after it has printed what was asked for. */
const PRINTED = new Set(['commander.helpDisplayed', 'commander.version']);

/**
 * Runs one command line to its end.
 *
 * @param args arguments without node and script
 * @returns the exit code: 0; 2 configuration, 3 data, 4 model, 5 transport, 70 a defect; 130 or 143 stopped by a signal before the end
 */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof EarlyExit) return error.exitCode;
    if (error instanceof CommanderError && PRINTED.has(error.code)) return 0;
    // `skelmix` alone: the help went to stderr already.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const report = describeError(error);
    io.stderr.write(`${formatErrorReport(report)}\n`);
    if (io.env.SKELMIX_DEBUG && error instanceof Error) io.stderr.write(`${error.stack}\n`);
    return report.exitCode;
  }
}
