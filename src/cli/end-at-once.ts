import type { StopSignal } from './interrupts.js';

/**
 * Ends the process as the signal would have done by itself, so that shells report 128 + its number. `process.exit` is not enough:
 * it waits for worker threads, and a worker whose read never returns (a pipe as a weights file) would hold it up for good.
 */
export function endAtOnce(signal: StopSignal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
