import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Path of the script that serves numbered one-value batches, for a process of its own. */
export const SERVER_SCRIPT = fileURLToPath(new URL('./server-process.mjs', import.meta.url));

/** Starts a server in a process of its own; returns the way to kill it without a goodbye. */
export async function serverProcess(address: string, firstSeq = 0): Promise<() => Promise<void>> {
  const child = fork(SERVER_SCRIPT, [String(firstSeq), address]);
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  await Promise.race([
    once(child, 'message'),
    exited.then(() => {
      throw new Error('the server process ended at its start; is dist/ built?');
    }),
  ]);
  return kill;
}
