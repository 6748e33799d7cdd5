import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/**
 * Starts `skelmix serve` with real samples only on any free port and resolves with its TCP address.
 *
 * @param flags what is served
 */
export async function startServer(flags: readonly string[]): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const settings = ['--ratio', '0', '--port', '0', ...flags];
  const child: ChildProcess = spawn(process.execPath, [path('dist/cli/main.js'), 'serve', '--print-endpoint', ...settings], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout! });
  const endpoint = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('`skelmix serve` ended before it was ready')));
  });
  return {
    endpoint,
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Runs a script of bench/harness/python and returns the line of JSON that it prints. */
export async function figuresOf(python: string, script: string, args: readonly string[]): Promise<Record<string, number>> {
  const child = spawn(python, [path(`bench/harness/python/${script}`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONPATH: path('clients/python/src') },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  if (exitCode !== 0) throw new Error(`bench/harness/python/${script} ended with ${exitCode}; its message stands above`);
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, number>;
}

/** The samples a second that a script of bench/harness/python reports. */
export async function samplesPerSecond(python: string, script: string, args: readonly string[]): Promise<number> {
  return (await figuresOf(python, script, args)).samplesPerSecond!;
}
