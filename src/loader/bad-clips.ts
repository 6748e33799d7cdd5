import { DataError, messageOf } from '../core/errors.js';
import { coded } from '../core/log-codes.js';
import { type Logger, silentLogger } from '../core/logger.js';

/**
 * What to do with a clip that can't be used.
 * - `throw`: pass the error on (the default)
 * - `skip`: leave it out, log it once and count it, up to a cap
 */
export type OnError = 'throw' | 'skip';

export interface BadClipOptions {
  readonly onError?: OnError;
  /** Clips that may be bad before `report` throws. Default: a tenth of all, at least 1. */
  readonly maxBadClips?: number;
  readonly logger?: Logger;
}

/** Counts the bad clips of one data set under a policy. */
export interface BadClips {
  /** Different clips that are odd and used all the same. */
  readonly flawed: number;
  /** Different clips that were reported. */
  readonly count: number;
  /** True where the clip was reported before. */
  has(index: number): boolean;
  /**
   * Takes note of a clip that can't be used.
   * @throws the error itself under `throw` or where it is not a DataError; DataError TOO_MANY_BAD_FILES above the cap
   */
  report(index: number, id: string, error: unknown): void;
  /** Takes note of a clip that is odd: it is logged once. */
  flaw(index: number, id: string, what: string): void;
}

export function createBadClips(size: number, options: BadClipOptions = {}): BadClips {
  const { onError = 'throw', maxBadClips = Math.max(1, Math.floor(size / 10)), logger = silentLogger } = options;
  const bad = new Set<number>();
  const flawed = new Set<number>();
  return {
    get count() {
      return bad.size;
    },
    get flawed() {
      return flawed.size;
    },
    has: (index) => bad.has(index),
    flaw(index, id, what) {
      if (flawed.has(index)) return;
      flawed.add(index);
      logger.warn(`clip ${id} is used, although it has ${what}`, coded('CLIP_FLAWED', { clip: id }));
    },
    report(index, id, error) {
      // A bug must not hide behind a skipped clip, nor the end of the source.
      if (onError === 'throw' || !(error instanceof DataError) || error.code === 'CLOSED') throw error;
      if (bad.has(index)) return;
      bad.add(index);
      logger.warn(`clip ${id} is left out: ${messageOf(error)}`, { clip: id, code: error.code });
      if (bad.size > maxBadClips)
        throw new DataError(
          'TOO_MANY_BAD_FILES',
          `${bad.size} of ${size} clips can't be used, more than the ${maxBadClips} that may be left out; the last one: ${messageOf(error)}`,
          { cause: error, details: { bad: bad.size, maxBadClips, size } },
        );
    },
  };
}
