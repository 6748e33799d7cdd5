/** Signals that ask the program to stop, and the exit code of an end before the work was done: 128 + the signal's number. */
export const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that stops a command. */
export type StopSignal = keyof typeof SIGNAL_EXIT;

/**
 * Repeats that come sooner are the same press: npx and npm hand a Ctrl-C on that the terminal also delivered.
 */
const SAME_PRESS_MS = 300;

/** What happens at the first signal and at the second. */
export interface InterruptHandlers {
  /** The first signal: stop in order. */
  readonly onFirst: (signal: StopSignal) => void;
  /** A later one: end at once. */
  readonly onForced: (signal: StopSignal) => void;
  /** Clock, ms. */
  readonly now?: () => number;
}

/** Watches for Ctrl-C and SIGTERM in two stages; returns the way to stop watching. */
export function watchInterrupts({ onFirst, onForced, now = () => performance.now() }: InterruptHandlers): () => void {
  let firstAt: number | undefined;
  const on = (signal: StopSignal) => (): void => {
    if (firstAt === undefined) {
      firstAt = now();
      onFirst(signal);
    } else if (now() - firstAt >= SAME_PRESS_MS) onForced(signal);
  };
  const listeners = (Object.keys(SIGNAL_EXIT) as StopSignal[]).map((signal) => [signal, on(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
