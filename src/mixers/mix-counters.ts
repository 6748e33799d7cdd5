import type { Batch } from '../core/batch.js';
import type { Stats } from '../core/source.js';

const WINDOW = 100;

/** Counts of what was mixed and how long it was waited for. */
export interface MixCounters {
  /** Share of synthetic samples over the last 100 batches, as it will be once a batch of this mix is recorded. */
  achievedWith(mix: Batch['mix']): number;
  /**
   * Counts a batch that was built.
   * @param substituted real samples in synthetic slots (they count in `mix.real` too)
   */
  record(mix: Batch['mix'], substituted: number): void;
  /** Counts time that a batch waited for its samples, and how much of it for fresh synthetic ones. */
  waited(waitMs: number, generatorWaitMs: number): void;
  /** Counters by name, without target and policy. */
  stats(): Stats;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Counts what was really mixed, so that a short generator shows and is never dressed up. */
export function createMixCounters(): MixCounters {
  const recent: Batch['mix'][] = [];
  let recentSynthetic = 0;
  let recentAll = 0;
  const total = { batches: 0, real: 0, fresh: 0, replayed: 0, substituted: 0, waitMs: 0, generatorWaitMs: 0 };

  const syntheticOf = ({ fresh, replayed }: Batch['mix']): number => fresh + replayed;
  const sizeOf = (mix: Batch['mix']): number => mix.real + syntheticOf(mix);

  return {
    achievedWith(mix) {
      const leaving = recent.length === WINDOW ? recent[total.batches % WINDOW] : undefined;
      return share(
        recentSynthetic + syntheticOf(mix) - (leaving ? syntheticOf(leaving) : 0),
        recentAll + sizeOf(mix) - (leaving ? sizeOf(leaving) : 0),
      );
    },
    record(mix, substituted) {
      const at = total.batches % WINDOW;
      const leaving = recent[at];
      recent[at] = mix;
      recentSynthetic += syntheticOf(mix) - (leaving ? syntheticOf(leaving) : 0);
      recentAll += sizeOf(mix) - (leaving ? sizeOf(leaving) : 0);
      total.batches++;
      total.real += mix.real;
      total.fresh += mix.fresh;
      total.replayed += mix.replayed;
      total.substituted += substituted;
    },
    waited(waitMs, generatorWaitMs) {
      total.waitMs += waitMs;
      total.generatorWaitMs += generatorWaitMs;
    },
    stats() {
      const synthetic = total.fresh + total.replayed;
      return {
        'mix.batches': total.batches,
        'mix.achieved': share(recentSynthetic, recentAll),
        'mix.achievedTotal': share(synthetic, total.real + synthetic),
        'mix.real': total.real,
        'mix.fresh': total.fresh,
        'mix.replayed': total.replayed,
        'mix.substituted': total.substituted,
        'mix.reuseFactor': share(synthetic, total.fresh),
        'mix.waitMs': total.waitMs,
        'mix.generatorWaitMs': total.generatorWaitMs,
      };
    },
  };
}
