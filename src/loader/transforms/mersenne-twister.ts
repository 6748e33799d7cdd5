const SIZE = 624;
const SHIFT = 397;

/** The draws of NumPy's `RandomState` that a recognizer makes with a fixed seed, number for number. */
export interface MersenneTwister {
  /** As `rand()`: uniform in [0, 1) with 53 bits. */
  uniform(): number;
  /** As `randint(n)`: a whole number in [0, n). */
  int(n: number): number;
  /** As `permutation(n)`. */
  permutation(n: number): Int32Array;
}

/**
 * MT19937 with the seeding and the bounded draws of NumPy's legacy `RandomState` (masks and rejection): for tests that draw with a
 * seed of their own and are the same each time. Everything else draws from `keyedRandom`.
 *
 * Source: Matsumoto and Nishimura, 1998; NumPy's legacy generators.
 */
export function createMersenneTwister(seed: number): MersenneTwister {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) {
    const before = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(1812433253, before) + i;
  }
  let at = SIZE;

  const refill = (): void => {
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };

  const next = (): number => {
    if (at === SIZE) refill();
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  };

  /** A whole number from 0 to `most`. */
  const upTo = (most: number): number => {
    if (most === 0) return 0;
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const value = (next() & mask) >>> 0;
      if (value <= most) return value;
    }
  };

  return {
    uniform() {
      const high = next() >>> 5;
      const low = next() >>> 6;
      return (high * 67108864 + low) / 9007199254740992;
    },
    int: (n) => upTo(n - 1),
    permutation(n) {
      const items = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = upTo(i);
        const kept = items[i]!;
        items[i] = items[j]!;
        items[j] = kept;
      }
      return items;
    },
  };
}
