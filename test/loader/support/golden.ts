import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import type { Layout } from '../../../src/core/layout.js';
import type { Sample, SampleKey } from '../../../src/core/sample.js';
import { createProfile } from '../../../src/loader/profiles/create-profile.js';
import type { Profile, ProfileOptions } from '../../../src/loader/profiles/profile.js';
import { type Planes, planesOf } from '../../../src/loader/transforms/planes.js';
import { makeClip } from './clips.js';

/** Sums of all values and some of them, as the makers write them. */
export interface Golden {
  readonly shape: readonly number[];
  readonly sum: number;
  readonly sumAbs: number;
  readonly at: readonly number[];
  readonly values: readonly number[];
}

const TEXT = readFileSync(new URL('../profiles/golden/golden.json', import.meta.url), 'utf8');
const GOLDEN = JSON.parse(TEXT) as Readonly<Record<string, Golden>>;
/** Frames of PYSKL's tests by length: their sum, the first 40 and the last 40. */
export const TEST_FRAMES = (GOLDEN as unknown as Record<string, Record<string, [number, number[], number[]]>>)[
  'pyskl test frames'
]!;

/** Compares all values (by their sums) and some one by one with what the recognizer's own loader gave. */
export function expectGolden(name: string, x: ArrayLike<number>, tolerance = 1e-5): void {
  expectValues(name, GOLDEN[name]!, x, tolerance);
}

/** As `expectGolden`, with values of another file. */
export function expectValues(name: string, golden: Golden, x: ArrayLike<number>, tolerance = 1e-5): void {
  const { shape, sum, sumAbs, at, values } = golden;
  expect(x.length, name).toBe(shape.reduce((product, size) => product * size, 1));
  let [total, size] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    total += x[i]!;
    size += Math.abs(x[i]!);
  }
  const worst = Math.max(...at.map((place, i) => Math.abs(x[place]! - values[i]!)));
  expect(worst, `${name}: largest difference of a value`).toBeLessThan(tolerance);
  expect(Math.abs(total - sum), `${name}: sum ${total} and ${sum}`).toBeLessThan(tolerance * x.length);
  expect(Math.abs(size - sumAbs), `${name}: sum of sizes ${size} and ${sumAbs}`).toBeLessThan(tolerance * x.length);
}

/** The sequence G(T, n) of the golden values for V joints and M persons: zero from frame n on. */
export function sequence(T: number, n: number, layout: Layout, M = 2, more: Partial<Clip> = {}): Clip {
  const V = layout.joints.length;
  const keypoint = new Float32Array(M * T * V * 3);
  let to = 0;
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++)
        for (let c = 0; c < 3; c++, to++) {
          const wave = Math.sin(0.7 * (c + 1) + 0.11 * t * (m + 1) + 0.37 * v);
          const other = 0.5 * Math.cos(0.05 * t * (c + 1) - 0.2 * v * (m + 1));
          if (t < n) keypoint[to] = wave + other + (c === 2 ? 3 : 0);
        }
  return makeClip({ M, T, V, C: 3 }, keypoint, { layout: layout.name, ...more });
}

/** A sequence of pixels of a picture of 1920 x 1080 with scores. */
export function pixels(T: number, layout: Layout, M = 2): Clip {
  const V = layout.joints.length;
  const keypoint = new Float32Array(M * T * V * 2);
  const score = new Float32Array(M * T * V);
  for (let m = 0, joint = 0; m < M; m++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++, joint++) {
        keypoint[2 * joint] = 960 + 300 * Math.sin(0.1 * t + 0.5 * v + m);
        keypoint[2 * joint + 1] = 540 + 200 * Math.cos(0.07 * t - 0.3 * v + m);
        score[joint] = ((v * 7 + t * 3 + m) % 11) / 10;
      }
  return makeClip({ M, T, V, C: 2 }, keypoint, { layout: layout.name, score });
}

/** All frames and persons of a clip as planes. */
export const planes = (clip: Clip): Planes =>
  planesOf(
    clip,
    Array.from({ length: clip.shape.T }, (_, t) => t),
    Array.from({ length: clip.shape.M }, (_, m) => m),
  );

export const sampleOf = (profile: Profile, clip: Clip, key: SampleKey = { seed: 1, round: 0 }): Sample =>
  profile.finish(profile.prepare(clip), key, 'real');

/** A sample of a clip in one call. */
export const profiled = (
  name: string,
  clip: Clip,
  layout: Layout,
  options: Partial<ProfileOptions> = {},
  key?: SampleKey,
): Sample => sampleOf(createProfile({ name, layout, phase: 'test', ...options }), clip, key);
