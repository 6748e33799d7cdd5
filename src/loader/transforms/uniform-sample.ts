import type { Random } from '../../core/random.js';
import { createMersenneTwister } from './mersenne-twister.js';

/** What is drawn from. */
export interface Draws {
  uniform(): number;
  int(n: number): number;
  /** A random order of 0 to n - 1. */
  permutation(n: number): ArrayLike<number>;
}

export const drawsOf = (random: Random): Draws => ({
  uniform: random.uniform,
  int: random.int,
  permutation: (n) => random.shuffle(Int32Array.from({ length: n }, (_, i) => i)),
});

/**
 * `wanted` rising frames out of n, as evenly as can be: where n is less than twice as many, a random choice of frames is passed over;
 * else one frame is drawn from each of `wanted` equal parts.
 *
 * @param n at least `wanted`
 */
export function spreadFrames(draws: Draws, n: number, wanted: number): Int32Array {
  const frames = new Int32Array(wanted);
  if (n < 2 * wanted) {
    const order = draws.permutation(wanted + 1);
    const passed = new Uint8Array(wanted + 1);
    for (let i = 0; i < n - wanted; i++) passed[order[i]!] = 1;
    for (let i = 0, skips = 0; i < wanted; i++) {
      skips += passed[i]!;
      frames[i] = i + skips;
    }
    return frames;
  }
  for (let i = 0; i < wanted; i++) {
    const begin = Math.floor((i * n) / wanted);
    frames[i] = begin + draws.int(Math.floor(((i + 1) * n) / wanted) - begin);
  }
  return frames;
}

/** Frames of one or more clips of a sequence. */
export interface UniformSample {
  /** Frames of a clip. */
  readonly clipLen: number;
  readonly numClips: number;
  /** Share of the sequence that a clip is drawn from, between these two. */
  readonly share: readonly [number, number];
}

/** The seed of PYSKL's tests. */
const TEST_SEED = 255;

/**
 * Frames of each clip, one clip behind the other, for training; a sequence shorter than a clip is repeated from a random frame on.
 *
 * Source: `UniformSampleFrames` of PYSKL.
 *
 * @param n frames of the sequence, at least 1
 */
export function drawFrames(draws: Draws, n: number, sample: UniformSample): Int32Array {
  return framesOf(draws, n, sample, (_, part) => draws.int(part));
}

/** As `drawFrames` for a test: draws with PYSKL's own seed, number for number, so that every test has the same frames. */
export function testFrames(n: number, sample: UniformSample): Int32Array {
  const { numClips } = sample;
  const begin = (clip: number, part: number): number => (part < numClips ? clip : Math.floor((clip * part) / numClips));
  return framesOf(createMersenneTwister(TEST_SEED), n, sample, begin);
}

function framesOf(
  draws: Draws,
  n: number,
  { clipLen, numClips, share: [low, high] }: UniformSample,
  beginOf: (clip: number, part: number) => number,
): Int32Array {
  const frames = new Int32Array(clipLen * numClips);
  for (let clip = 0; clip < numClips; clip++) {
    const ratio = draws.uniform() * (high - low) + low;
    const part = Math.max(1, Math.trunc(ratio * n));
    const first = draws.int(n - part + 1);
    const begin = part < clipLen ? beginOf(clip, part) : 0;
    const spread = part < clipLen ? undefined : spreadFrames(draws, part, clipLen);
    for (let i = 0; i < clipLen; i++) frames[clip * clipLen + i] = (first + (spread ? spread[i]! : begin + i)) % n;
  }
  return frames;
}
