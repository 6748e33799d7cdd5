import type { Io } from '../../src/cli/io.js';
import { runCli } from '../../src/cli/run-cli.js';

/** What a command line did. */
export interface CliOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process: no shell, no colours, an environment of its own. Signals are the test's own. */
export async function runInProcess(
  args: readonly string[],
  { env = {}, cwd = '/' }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<CliOutcome> {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = { stdout: { write: (text) => out.push(text) }, stderr: { write: (text) => err.push(text) }, env, cwd };
  const code = await runCli(args, io);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences start with the escape character.
  const plain = (texts: readonly string[]): string => texts.join('').replace(/\x1b\[[0-9;]*m/g, '');
  return { code, stdout: plain(out), stderr: plain(err) };
}
