import { fork } from 'node:child_process';
import { messageOf } from '../core/errors.js';

/** What a program that was asked in a process of its own gave: its answer, or why it has none. */
export type ChildAnswer<A> =
  | { readonly answer: A; readonly printed: string }
  | { readonly answer?: undefined; readonly reason: string };

/** How much of what a child says on stderr is kept. */
const MAX_PRINTED = 2000;

/**
 * Runs a program in a process of its own and gives the one message that it sends: a native library that aborts or never answers
 * takes only that process down, and what it prints does not reach our stderr. Never rejects. An answer of a process that ends badly
 * after it does not count: the same would happen to us.
 *
 * @param what names the undertaking in reasons, e.g. `the try of a device`
 */
export function askChild<A>(what: string, file: URL, args: readonly string[], deadlineMs: number): Promise<ChildAnswer<A>> {
  return new Promise((resolve) => {
    const child = fork(file, [...args], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let message: { readonly answer: A } | undefined;
    let failure: string | undefined;
    let printed = '';
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, deadlineMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (printed.length < MAX_PRINTED) printed += text;
    });
    child.once('message', (answer) => {
      message = { answer: answer as A };
    });
    child.once('error', (error) => {
      failure = messageOf(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      const said = printed.trim().slice(0, MAX_PRINTED);
      if (message !== undefined && code === 0) return resolve({ ...message, printed: said });
      if (isLate) return resolve({ reason: `${what} did not end within ${deadlineMs} ms` });
      resolve({ reason: failure ?? `${what} ended with ${signal ?? `exit code ${code}`}${said === '' ? '' : `: ${said}`}` });
    });
  });
}
