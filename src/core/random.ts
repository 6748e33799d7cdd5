/** A stream of random numbers. Every draw advances it; the same key gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform whole number in [0, n). */
  int(n: number): number;
  /** Fills and returns `out` with standard normals. */
  fillNormal(out: Float32Array): Float32Array;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(items: A): A;
}

export type Key = number | string;

/** 128 bits from the parts of a key: MurmurHash3's 32-bit body on four lanes with distinct seeds (Appleby, public domain). */
function hash128(parts: readonly Key[]): [number, number, number, number] {
  const lanes: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef];
  const feed = (word: number): void => {
    for (let i = 0; i < 4; i++) {
      let k = Math.imul(word ^ i, 0xcc9e2d51);
      k = (k << 15) | (k >>> 17);
      let h = lanes[i]! ^ Math.imul(k, 0x1b873593);
      h = (h << 13) | (h >>> 19);
      lanes[i] = (Math.imul(h, 5) + 0xe6546b64) | 0;
    }
  };
  for (const part of parts) {
    if (typeof part === 'number') {
      feed(1);
      feed(part | 0);
      feed(Math.floor(part / 2 ** 32) | 0);
      if (!Number.isInteger(part)) feed((part * 2 ** 31) | 0);
    } else {
      feed(2);
      for (let i = 0; i < part.length; i++) feed(part.charCodeAt(i));
      feed(part.length);
    }
  }
  for (let i = 0; i < 4; i++) {
    let h = lanes[i]!;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    lanes[i] = h ^ (h >>> 16);
  }
  return lanes;
}

/**
 * A random stream that is a pure function of its key, e.g. `keyedRandom(seed, epoch, clip.id)`: nothing in skelmix draws
 * from a global stream. Generator: sfc32 (Chris Doty-Humphrey, PractRand), 32-bit output; normals by Box and Muller.
 */
export function keyedRandom(...key: readonly Key[]): Random {
  let [a, b, c, d] = hash128(key);
  let spare = Number.NaN;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = (): number => next() / 4294967296;
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const int = (n: number): number => Math.floor(uniform() * n);
  return {
    uniform,
    normal,
    int,
    fillNormal(out) {
      for (let i = 0; i < out.length; i++) out[i] = normal();
      return out;
    },
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = int(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return items;
    },
  };
}

/** A whole number in [0, 2^32) that is a pure function of the key, for use as a seed or a short digest. */
export function hashKey(...key: readonly Key[]): number {
  return hash128(key)[0] >>> 0;
}
