import { messageOf } from '../core/errors.js';
import { coded, codeOfError } from '../core/log-codes.js';
import type { Logger } from '../core/logger.js';
import type { BatchSource, Stats } from '../core/source.js';
import { statsLines } from './stats-lines.js';
import type { KeyActions } from './watch-keys.js';

/** How much + and - change the ratio. */
const RATIO_STEP = 0.05;

/** What the keys of a running server do, in one line. */
export const KEYS_HELP = 'keys: h help, p pause or go on, + and - ratio by 0.05, s figures, q stop';

/** What the keys work on. */
export interface ServeKeysOptions {
  readonly source: Pick<BatchSource, 'settings' | 'set'>;
  readonly stats: () => Stats;
  readonly logger: Logger;
  readonly stop: () => void;
}

/** The keys of a running server: h p + - s q. A change that is refused is said, and nothing happens. */
export function serveKeys({ source, stats, logger, stop }: ServeKeysOptions): KeyActions {
  const set = (key: string, value: unknown): void => {
    try {
      source.set(key, value, 'the terminal');
    } catch (error) {
      logger.warn(messageOf(error), coded(codeOfError(error)));
    }
  };
  const turn = (by: number) => (): void => {
    // Whole hundredths, so that many steps do not end at 0.30000000000000004.
    const wanted = Math.round((Number(stats()['mix.target'] ?? source.settings.ratio) + by) * 100) / 100;
    set('ratio', Math.min(1, Math.max(0, wanted)));
  };
  return {
    h: () => logger.info(KEYS_HELP),
    p: () => set('paused', !source.settings.paused),
    '+': turn(RATIO_STEP),
    '=': turn(RATIO_STEP),
    '-': turn(-RATIO_STEP),
    s() {
      for (const line of statsLines(stats())) logger.info(line);
    },
    q: stop,
  };
}
