import { spawnSync } from 'node:child_process';
import { projectRoot } from './project-root.mjs';

/** A step of the set-up failed; the message is for whoever typed the command. */
export class SetupError extends Error {}

/** Says on stderr what is going on: stdout belongs to the command that was asked for. */
export function notice(text) {
  process.stderr.write(`skelmix: ${text}\n`);
}

/**
 * Runs one set-up command to its end, its output on stderr. Relative paths in it count from the project root.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} purpose completes "could not ..." in the error
 * @throws SetupError where the command can't be started or ends with anything but 0
 */
export function runStep(command, args, purpose) {
  const result = spawnSync(command, args, { cwd: projectRoot, stdio: ['ignore', 2, 2] });
  if (result.status === 0) return;
  const ended =
    result.error?.message ?? (result.signal ? `was stopped by ${result.signal}` : `ended with exit code ${result.status}`);
  throw new SetupError(`could not ${purpose}: ${[command, ...args].join(' ')}: ${ended}`);
}

/**
 * Runs the body of a script; a failed set-up step becomes one line on stderr and exit code 1.
 * @param {() => Promise<number>} body gives the exit code
 */
export async function runScript(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    notice(error.message);
    process.exitCode = 1;
  }
}
