import { fork } from 'node:child_process';
import { messageOf } from '../../core/errors.js';
import { workerUrl } from '../../core/worker-url.js';

/** What a try of onnxruntime's webgpu provider gave. */
export type WebgpuDevice =
  | {
      readonly usable: true;
      /** Milliseconds of one reference graph on the device and on the processor: a device in software is the slower one. */
      readonly deviceMs: number;
      readonly processorMs: number;
    }
  | { readonly usable: false; readonly reason: string };

const DEADLINE_MS = 20_000;
/** How much of what a driver says is kept. */
const MAX_REASON = 500;

let found: Promise<WebgpuDevice> | undefined;

/**
 * Tries the webgpu provider on a real product, once a process, in a child process: a driver that aborts or never answers takes
 * only that one down, and what drivers print does not reach our stderr. Never rejects. A machine without a device pays the start
 * of the child, about a quarter of a second.
 */
export function findWebgpuDevice(): Promise<WebgpuDevice> {
  found ??= tryInChild(DEADLINE_MS).catch((error: unknown) => ({ usable: false, reason: messageOf(error) }));
  return found;
}

/**
 * Tries it now, whatever was found before.
 *
 * @param file the child's program, which sends one WebgpuDevice
 * @throws InternalError where the project is not built
 */
export async function tryInChild(
  deadlineMs: number,
  file: URL = workerUrl(import.meta.url, './webgpu-device-child.js'),
): Promise<WebgpuDevice> {
  return new Promise((resolve) => {
    const child = fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let answer: WebgpuDevice | undefined;
    let printed = '';
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, deadlineMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (printed.length < MAX_REASON) printed += text;
    });
    child.once('message', (message) => {
      answer = message as WebgpuDevice;
    });
    child.once('error', (error) => {
      answer ??= { usable: false, reason: messageOf(error) };
    });
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      const reason = isLate
        ? `the try of a device did not end within ${deadlineMs} ms`
        : `the try of a device ended with ${signal ?? `exit code ${code}`}: ${printed.trim().slice(0, MAX_REASON)}`;
      // A try that ends badly after its answer (a driver that crashes at exit) would do the same to us.
      resolve(answer !== undefined && (!answer.usable || code === 0) ? answer : { usable: false, reason });
    });
  });
}
