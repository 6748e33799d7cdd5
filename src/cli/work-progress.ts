import type { CommandContext } from './command-context.js';

const LINE_EVERY_MS = 10_000;
const REDRAW_EVERY_MS = 100;

/** Shows how far a piece of work is. */
export type WorkProgress = (what: string, done: number, of: number) => void;

/**
 * Shows work of several parts: a status line on a terminal, else a line now and then.
 *
 * @param now clock in ms, for tests
 */
export function createWorkProgress(
  { terminal, logger, quiet }: Pick<CommandContext, 'terminal' | 'logger' | 'quiet'>,
  now: () => number = () => performance.now(),
): WorkProgress {
  const everyMs = terminal.isTty ? REDRAW_EVERY_MS : LINE_EVERY_MS;
  let shownAt = now();
  return (what, done, of) => {
    if (quiet || now() - shownAt < everyMs) return;
    shownAt = now();
    const line = `${what} ${done}/${of}`;
    if (terminal.isTty) terminal.status(line);
    else logger.info(line);
  };
}
