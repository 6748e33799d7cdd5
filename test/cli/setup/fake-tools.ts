import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunTool } from '../../../src/cli/setup/run-tool.js';
import { ModelError } from '../../../src/core/errors.js';

/**
 * Programs that do to the disk what the real ones would, and fail where told.
 *
 * @param failing the start of a command line to the message of its failure
 */
export function fakeTools(failing: Readonly<Record<string, string>> = {}): { run: RunTool; lines: string[] } {
  const lines: string[] = [];
  const after = (args: readonly string[], flag: string): string => args[args.indexOf(flag) + 1]!;
  const run: RunTool = async (command, args) => {
    const line = [command, ...args].join(' ');
    lines.push(line);
    for (const [start, message] of Object.entries(failing)) {
      if (line.startsWith(start)) throw new ModelError('BACKEND_UNAVAILABLE', message);
    }
    if (args[0] === 'pack') await writeFile(join(after(args, '--pack-destination'), 'pack.tgz'), '');
    if (command === 'tar') await mkdir(join(after(args, '-C'), 'binding'), { recursive: true });
    if (args.includes('-shared')) {
      await mkdir(dirname(after(args, '-o')), { recursive: true });
      await writeFile(after(args, '-o'), '');
    }
    return '';
  };
  return { run, lines };
}
