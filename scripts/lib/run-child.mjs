import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const LOOK_EVERY_MS = 200;

/**
 * Runs a program in the foreground on this process's own stdin, stdout and stderr, and waits for its end.
 *
 * SIGTERM is passed on. SIGINT is passed on only where no terminal is attached: a terminal's Ctrl-C reaches the whole
 * foreground group, the child included, and a second copy could read as the second press that ends at once.
 *
 * npm starts a shell and signals only that, so a shell that died of a signal is the one sign that npm was told to stop: under
 * npm the child gets SIGTERM when this process loses its parent.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code; 128 + the signal's number where a signal ended it
 */
export function runChild(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    const interrupt = () => {
      if (!hasTerminal) child.kill('SIGINT');
    };
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', terminate);
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent || process.env.npm_lifecycle_event === undefined) return;
      clearInterval(watch);
      terminate();
    }, LOOK_EVERY_MS);
    const done = () => {
      clearInterval(watch);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', terminate);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
