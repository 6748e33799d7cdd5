import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ModelError, messageOf } from '../../core/errors.js';

/** Runs a program to its end and gives what it wrote to stdout. */
export type RunTool = (command: string, args: readonly string[], options?: { readonly cwd?: string }) => Promise<string>;

const MAX_OUTPUT_BYTES = 64_000_000;
const SHOWN_LINES = 12;

/**
 * A `RunTool` with an environment.
 *
 * @throws (the tool) ModelError BACKEND_UNAVAILABLE with the last lines of its output; `details.missing` is true where there is
 *   no such program
 */
export function toolRunner(env: Readonly<Record<string, string | undefined>>): RunTool {
  return async (command, args, { cwd } = {}) => {
    try {
      const { stdout } = await promisify(execFile)(command, [...args], { cwd, env: { ...env }, maxBuffer: MAX_OUTPUT_BYTES });
      return stdout;
    } catch (error) {
      const { code, stderr = '', stdout = '' } = error as NodeJS.ErrnoException & { stderr?: string; stdout?: string };
      const output = lastLines(stderr.trim() || stdout.trim());
      throw new ModelError('BACKEND_UNAVAILABLE', `${command} failed: ${output || messageOf(error)}`, {
        cause: error,
        details: { command, args, output, missing: code === 'ENOENT' },
      });
    }
  };
}

function lastLines(text: string): string {
  return text.split('\n').slice(-SHOWN_LINES).join('\n');
}
