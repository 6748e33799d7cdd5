import { messageOf } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import type { ClipGenerator } from '../clip-generator.js';
import type { GeneratedClip } from '../gate/clip-quality.js';

/** What a filler runs, when, and how it bears failures. */
export interface FillerOptions {
  readonly generator: ClipGenerator;
  /** Classes of the next group; an empty list means that nothing is needed. */
  readonly nextLabels: () => readonly number[];
  /** Takes over a new clip. What it throws counts as a failure of the group. */
  readonly accept: (clip: GeneratedClip) => void;
  /** Called at the `maxFailures`-th failure in a row and at each one after it. */
  readonly onBroken: (error: unknown) => void;
  /** Index of the first clip. */
  readonly firstIndex: number;
  readonly maxFailures: number;
  /** Pause after a failure, doubled with each further one up to `maxBackoffMs`. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly logger: Logger;
}

/** Runs a generator as long as something is needed, one group at a time. */
export interface Filler {
  /** Says that something may be needed; cheap, never blocks. */
  wake(): void;
  /** Clips made, groups that failed, and whether a group is being made. */
  readonly stats: { readonly clips: number; readonly failures: number; readonly busy: boolean };
  /** Aborts the group under way and waits for its end; idempotent. The generator stays open. */
  close(): Promise<void>;
}

/**
 * A filler at rest. Every clip gets an index of its own: the indices of a failed group are not used again, since a clip is a
 * pure function of its index and would fail again. An error is logged once, not at each repetition.
 */
export function createFiller(options: FillerOptions): Filler {
  const { generator, nextLabels, accept, onBroken, logger } = options;
  const stop = new AbortController();
  let index = options.firstIndex;
  let running: Promise<void> | null = null;
  let clips = 0;
  let failures = 0;
  let inARow = 0;
  let lastMessage: string | undefined;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stop.signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      stop.signal.addEventListener('abort', end, { once: true });
    });

  const fail = async (error: unknown, labels: readonly number[], firstIndex: number): Promise<void> => {
    failures++;
    inARow++;
    const message = messageOf(error);
    if (message !== lastMessage)
      logger.warn(
        `generating ${labels.length} clips from index ${firstIndex} on failed, will try others: ${message}`,
        coded('GENERATION_FAILED', {
          labels,
          firstIndex,
          inARow,
        }),
      );
    lastMessage = message;
    if (inARow >= options.maxFailures) onBroken(error);
    await pause(Math.min(options.maxBackoffMs, options.backoffMs * 2 ** (inARow - 1)));
  };

  const run = async (): Promise<void> => {
    // The takes of a whole batch come in one go: choose after the last.
    await Promise.resolve();
    while (!stop.signal.aborted) {
      const labels = nextLabels();
      if (labels.length === 0) break;
      const firstIndex = index;
      index += labels.length;
      try {
        const made = await generator.generate(labels, firstIndex, stop.signal);
        if (stop.signal.aborted) break;
        for (const clip of made) {
          accept(clip);
          clips++;
        }
        inARow = 0;
        lastMessage = undefined;
        // Those who waited take theirs before the next classes are chosen.
        await new Promise((resolve) => setImmediate(resolve));
      } catch (error) {
        if (stop.signal.aborted) break;
        await fail(error, labels, firstIndex);
      }
    }
    running = null;
  };

  return {
    wake() {
      if (stop.signal.aborted) return;
      running ??= run();
    },
    get stats() {
      return { clips, failures, busy: running !== null };
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}
