import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The program as a child process of a test. */
export interface CliProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when the stream's text matches; rejects where the process ends, or the deadline passes, before that. */
  waitFor(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>;
  /** Exit code, or the name of the signal that ended it. */
  readonly exit: Promise<number | string>;
}

const DEADLINE_MS = 90_000;

/** Starts `skelmix ARGS` from dist/, with none of the `SKELMIX_` settings of the machine. */
export function startCli(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): CliProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SKELMIX_') && name !== 'FORCE_COLOR');
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.env };
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], cwd: options.cwd, env });
  const text = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      for (const watch of watchers) watch();
    });
  const exit = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal!));
  });
  return {
    child,
    get stdout() {
      return text.stdout;
    },
    get stderr() {
      return text.stderr;
    },
    exit,
    waitFor(stream, pattern) {
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          watchers.delete(look);
        };
        const fail = (why: string): void => {
          stop();
          reject(new Error(`${why} before ${pattern} stood on ${stream}:\n${text.stdout}\n${text.stderr}`));
        };
        const look = (): void => {
          const match = pattern.exec(text[stream]);
          if (!match) return;
          stop();
          resolve(match);
        };
        const timer = setTimeout(() => fail(`${DEADLINE_MS} ms passed`), DEADLINE_MS);
        watchers.add(look);
        void exit.then((code) => fail(`the process ended (${code})`));
        look();
      });
    },
  };
}
