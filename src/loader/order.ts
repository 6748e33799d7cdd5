import { LRUCache } from 'lru-cache';
import { keyedRandom } from '../core/random.js';

/** Name of a sequence of real samples: see `RealSource.read`. */
export type Cycle = 'main' | 'substitute';

/** Which clip comes when. */
export interface Order {
  /** Clip of place `k` in a cycle: a pure function of (size, seed, cycle, k). */
  clipAt(cycle: Cycle, k: number): number;
}

const KEPT_ROUNDS = 6;

/**
 * One continuing shuffled cycle over `size` clips: places `size * r` to `size * (r + 1) - 1` hold each clip once, in an order of
 * their own for every round r. So no clip comes twice before all came once, wherever epochs begin. Any place can be asked
 * for; a consumer out of n takes places i, i + n, i + 2n and so on.
 */
export function createOrder(size: number, seed: number): Order {
  const rounds = new LRUCache<string, Uint32Array>({ max: KEPT_ROUNDS });
  return {
    clipAt(cycle, k) {
      const round = Math.floor(k / size);
      const key = `${cycle} ${round}`;
      let clips = rounds.get(key);
      if (!clips) {
        clips = keyedRandom('order', seed, cycle, round).shuffle(Uint32Array.from({ length: size }, (_, i) => i));
        rounds.set(key, clips);
      }
      return clips[k - round * size]!;
    },
  };
}
