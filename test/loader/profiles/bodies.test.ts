import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import type { BodyChoice } from '../../../src/loader/dataset.js';
import { parseNtuClip } from '../../../src/loader/formats/ntu.js';
import { createProfile, createRealSource, openDataset } from '../../../src/loader/index.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { expectValues, type Golden, profiled } from '../support/golden.js';
import { type NtuTestBody, ntuText } from '../support/ntu-text.js';
import { temporaryFolder } from '../support/recordings.js';

interface TestBody {
  readonly id: string;
  readonly there: readonly (readonly [number, number])[];
  readonly at: number;
  readonly move: number;
  readonly width: number;
  readonly wide: readonly number[];
}

interface Case {
  readonly frames: number;
  readonly back: number | null;
  readonly bodies: readonly TestBody[];
  readonly stgcn: Golden;
  readonly agcn: Golden;
  readonly ctrgcn60: Golden;
  readonly ctrgcn120: Golden;
  readonly pyskl: Golden;
}

/** Written by `make_bodies.py`, which ran the recognizers' own preparations. */
const CASES = JSON.parse(readFileSync(new URL('golden/bodies.json', import.meta.url), 'utf8')) as Readonly<Record<string, Case>>;
const layout = await loadLayout('ntu');
const FACTS = { dataset: 'ntu60', id: 'S001C001P001R001A001', label: 0, file: 'x.skeleton', layout, fps: 30 };

/** The formula of `make_bodies.py`. */
function toBody({ id, there, at, move, width, wide }: TestBody): NtuTestBody {
  const [every = 0, so = 0] = wide;
  return {
    id,
    first: there[0]![0],
    last: there.at(-1)![1],
    isLost: (t) => !there.some(([first, last]) => t >= first && t <= last),
    place: (t, v) => {
      const w = width * (every > 0 && t % every < so ? 3 : 1);
      const x = at + (w * ((v * 7) % 25)) / 24 + move * Math.sin(0.3 * t + at);
      const y = (1.6 * v) / 24 - 0.8 + 0.05 * Math.cos(0.2 * t + v);
      return [x, y, 3 + 0.02 * t * move + 0.01 * Math.sin(v + at)].map((value) => Number(value.toFixed(5)));
    },
  };
}

const textOf = ({ frames, back, bodies }: Case): string => ntuText(frames, bodies.map(toBody), back ?? frames);
const read = (one: Case, bodies?: BodyChoice): Clip => parseNtuClip(Buffer.from(textOf(one)), FACTS, bodies);

describe.each(Object.entries(CASES))('a recording of %s', (_, one) => {
  it('gives ST-GCN the first two bodies of each frame', () => {
    expectValues('stgcn', one.stgcn, profiled('stgcn-ntu', read(one, 'stgcn'), layout).x);
  });

  it('gives 2s-AGCN and MS-G3D two of the first four bodies, normalised', () => {
    const clip = read(one, 'agcn');
    expectValues('agcn', one.agcn, profiled('agcn-ntu', clip, layout).x);
    expect(profiled('msg3d-ntu', clip, layout).x).toEqual(profiled('agcn-ntu', clip, layout).x);
  });

  it('gives CTR-GCN its actors, with 60 classes and with 120', () => {
    const clip = read(one, 'ctrgcn');
    expectValues('ctrgcn 60', one.ctrgcn60, profiled('ctrgcn-ntu60', clip, layout).x);
    expectValues('ctrgcn 120', one.ctrgcn120, profiled('ctrgcn-ntu120', clip, layout).x);
  });

  it('gives PYSKL its annotation in float16', () => {
    const { keypoint, shape, half } = read(one, 'pyskl');
    const { shape: wanted } = one.pyskl;
    // A second person who is never there stands in some of its files.
    expect([shape.T, shape.V, shape.C]).toEqual(wanted.slice(1));
    const padded = new Float32Array(wanted.reduce((product, size) => product * size, 1));
    padded.set(keypoint);
    expect(shape.M).toBeLessThanOrEqual(wanted[0]!);
    expectValues('pyskl', one.pyskl, padded);
    expect(half).toBe(true);
  });
});

describe('bodies by the profile', () => {
  const own = {
    'stgcn-ntu': 'stgcn',
    'agcn-ntu': 'agcn',
    'msg3d-ntu': 'agcn',
    'ctrgcn-ntu60': 'ctrgcn',
    'infogcn-ntu60': 'ctrgcn',
    'skateformer-ntu': 'ctrgcn',
    'pyskl-3d': 'pyskl',
    annotation: 'pyskl',
    plain: 'actors',
  } as const;

  it.each(Object.entries(own))('%s asks for those of %s', (name, bodies) => {
    expect(createProfile({ name, layout }).bodies).toBe(bodies);
  });

  it.each([0, 1])('are what a stream reads from a data set, with %d threads', async (workers) => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'nturgb+d_skeletons'));
    const one = CASES['one who is lost for a while']!;
    const name = 'S001C001P001R001A001';
    await writeFile(join(path, 'nturgb+d_skeletons', `${name}.skeleton`), textOf(one));
    const dataset = await openDataset(`ntu60:${path}`, { split: 'train' });
    for (const [profile, golden] of [
      ['stgcn-ntu', one.stgcn],
      ['ctrgcn-ntu60', one.ctrgcn60],
    ] as const) {
      const form = createProfile({ name: profile, layout, phase: 'test' });
      const source = await createRealSource(dataset, { profile: form, seed: 1, workers });
      try {
        expectValues(profile, golden, (await source.readItem(0, 0)).x);
      } finally {
        await source.close();
      }
    }
  });

  it('without a profile are the actors, each frame in its place', () => {
    const gap = read(CASES['one who is lost for a while']!);
    const empty = (m: number, t: number): boolean =>
      gap.keypoint.subarray((m * 40 + t) * 75, (m * 40 + t + 1) * 75).every((x) => x === 0);
    expect(gap.shape).toEqual({ M: 2, T: 40, V: 25, C: 3 });
    expect([9, 10, 14, 15].map((t) => empty(0, t))).toEqual([false, true, true, false]);
    const late = read(CASES['a late begin']!);
    expect(late.shape.T).toBe(30);
    expect(late.half).toBeUndefined();
  });
});

describe('empty frames before a clip of ST-GCN', () => {
  it('stay in the sequence, and go where the clip is shifted', () => {
    const clip = read(CASES['a late begin']!, 'stgcn');
    const first = (x: Float32Array): number => Math.floor((x.findIndex((value) => value !== 0) % (300 * 50)) / 50);
    expect(first(profiled('stgcn-ntu', clip, layout, { phase: 'train' }).x)).toBe(6);
    const shifted = Array.from({ length: 40 }, (_, round) =>
      first(profiled('stgcn-ntu', clip, layout, { phase: 'train', args: { random_shift: true } }, { seed: 1, round }).x),
    );
    // A clip of 30 frames has 271 places among 300.
    expect(Math.max(...shifted)).toBeLessThanOrEqual(270);
    expect(new Set(shifted).size).toBeGreaterThan(20);
    expect(Math.min(...shifted)).toBeLessThan(60);
  });
});
