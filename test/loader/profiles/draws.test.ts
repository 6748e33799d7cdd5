import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { createProfile, PROFILE_NAMES } from '../../../src/loader/profiles/create-profile.js';
import { drawWindow } from '../../../src/loader/profiles/draw-window.js';
import { augment } from '../../../src/loader/profiles/skateformer-augment.js';
import { drawCrop } from '../../../src/loader/transforms/crop.js';
import { dropJoints } from '../../../src/loader/transforms/drop-joints.js';
import { addJointNoise } from '../../../src/loader/transforms/joint-noise.js';
import { drawPlace } from '../../../src/loader/transforms/random-move.js';
import { drawRotation } from '../../../src/loader/transforms/rotation.js';
import { drawShear } from '../../../src/loader/transforms/shear.js';
import { drawFrames, drawsOf, spreadFrames } from '../../../src/loader/transforms/uniform-sample.js';
import { pixels, planes, sampleOf, sequence } from '../support/golden.js';

const ntu = await loadLayout('ntu');
const coco = await loadLayout('coco-17');
const is2D = (name: string): boolean => ['stgcn-kinetics', 'pyskl-2d'].includes(name);
const DRAWING = PROFILE_NAMES.filter((name) => !['plain', 'annotation', 'stgcn-ntu', 'agcn-ntu', 'msg3d-ntu'].includes(name));

const times = <T>(count: number, draw: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => draw(i));
const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;

describe('what a profile draws', () => {
  it.each(DRAWING)('%s: is a function of seed, round and id', (name) => {
    const layout = is2D(name) ? coco : ntu;
    const clip = is2D(name) ? pixels(220, layout) : sequence(220, 220, layout);
    const profile = createProfile({ name, layout });
    const x = (seed: number, round: number | string, id = 'clip') => sampleOf(profile, { ...clip, id }, { seed, round }).x;
    const first = x(1, 0);
    expect(x(1, 0)).toEqual(first);
    for (const other of [x(1, 1), x(2, 0), x(1, 'substitute 0'), x(1, 0, 'other')]) expect(other).not.toEqual(first);
    expect(first.every(Number.isFinite)).toBe(true);
  });

  it.each(PROFILE_NAMES)('%s: is nothing in a test, and leaves the prepared clip as it is', (name) => {
    const layout = is2D(name) ? coco : ntu;
    const clip = is2D(name) ? pixels(90, layout) : sequence(90, 90, layout);
    const profile = createProfile({ name, layout, phase: 'test' });
    const prepared = profile.prepare(clip);
    const before = prepared.x.slice();
    const [one, two] = [
      { seed: 1, round: 0 },
      { seed: 2, round: 5 },
    ].map((key) => profile.finish(prepared, key, 'real'));
    expect(one!.x).toEqual(two!.x);
    expect(prepared.x).toEqual(before);
    const train = createProfile({ name, layout });
    const own = train.prepare(clip);
    const kept = own.x.slice();
    for (let round = 0; round < 8; round++) train.finish(own, { seed: 1, round }, 'real');
    expect(own.x).toEqual(kept);
    for (const { shape, axes, extras } of [profile, train]) {
      const sizes = axes === 'CTVM' ? [shape.C, shape.T, shape.V, shape.M] : [shape.K, shape.M, shape.T, shape.V, shape.C];
      const { x, extras: tensors = {} } = sampleOf(shape === profile.shape ? profile : train, clip);
      expect(x).toHaveLength(sizes.reduce((product, size) => product * size, 1));
      expect(Object.keys(tensors)).toEqual(extras.map((extra) => extra.name));
    }
  });
});

describe('distributions', () => {
  const random = keyedRandom('distributions');

  it('crops keep a share between the two, uniformly placed', () => {
    const crops = times(4000, () => drawCrop(random, 200, [0.5, 1], 64));
    expect(Math.min(...crops.map(({ length }) => length))).toBeGreaterThanOrEqual(100);
    expect(crops.every(({ first, length }) => first >= 0 && first + length <= 200)).toBe(true);
    expect(mean(crops.map(({ length }) => length))).toBeCloseTo(149.5, -0.7);
    expect(mean(crops.map(({ first, length }) => first / (200 - length || 1)))).toBeCloseTo(0.5, 1);
    expect(drawCrop(random, 40, [0.5, 1], 64)).toEqual({ first: 0, length: 40 });
  });

  it('rotations are within the angle about each axis, and turn nothing longer', () => {
    const turned = times(3000, () => drawRotation(random, 0.3));
    const abouts = turned.map((m) => Math.atan2(m[3], m[0]));
    expect(Math.max(...abouts.map(Math.abs))).toBeLessThanOrEqual(0.6);
    expect(mean(abouts)).toBeCloseTo(0, 1);
    // Variance of a uniform angle, 0.3^2 / 3, of the tilt about y.
    expect(mean(turned.map((m) => Math.asin(m[6]) ** 2))).toBeCloseTo(0.03, 2);
    for (const [a, b, c] of turned) expect(a * a + b * b + c * c).toBeCloseTo(1, 10);
  });

  it('shears have ones and six parts within a half', () => {
    const shears = times(2000, () => drawShear(random));
    for (const i of [0, 4, 8]) expect(shears.every((m) => m[i] === 1)).toBe(true);
    for (const i of [1, 2, 3, 5, 6, 7]) {
      expect(shears.every((m) => Math.abs(m[i]!) <= 0.5)).toBe(true);
      expect(mean(shears.map((m) => m[i]! ** 2))).toBeCloseTo(1 / 12, 1);
    }
  });

  it('places of the camera are equally often each of the candidates', () => {
    const places = times(5000, () => drawPlace(random));
    for (const [key, candidates] of [
      ['angle', [-10, -5, 0, 5, 10]],
      ['scale', [0.9, 1, 1.1]],
      ['x', [-0.2, -0.1, 0, 0.1, 0.2]],
      ['y', [-0.2, -0.1, 0, 0.1, 0.2]],
    ] as const)
      for (const candidate of candidates)
        expect(places.filter((place) => place[key] === candidate).length / 5000).toBeCloseTo(1 / candidates.length, 1);
  });

  it('windows lie anywhere in a longer sequence, and a shorter one anywhere in the window', () => {
    const options = { stored: 300, window: 150, shift: false, choose: true };
    const firsts = times(4000, () => drawWindow(random, { T: 60 }, options));
    expect([Math.min(...firsts), Math.max(...firsts)]).toEqual([-150, 0]);
    const short = times(2000, () => drawWindow(random, { T: 40 }, { ...options, stored: 40, window: 50 }));
    expect([Math.min(...short), Math.max(...short)]).toEqual([0, 10]);
    const shifted = times(2000, () => drawWindow(random, { T: 40 }, { stored: 60, window: 60, shift: true, choose: false }));
    expect([Math.min(...shifted), Math.max(...shifted)]).toEqual([0, 20]);
  });

  it.each([100, 150, 199, 200, 457])('frames spread over %d rise, one of each part', (n) => {
    const draws = drawsOf(random);
    for (let i = 0; i < 50; i++) {
      const frames = spreadFrames(draws, n, 100);
      expect(frames.every((frame, k) => frame < n && (k === 0 || frame > frames[k - 1]!))).toBe(true);
      if (n >= 200)
        expect(frames.every((frame, k) => frame >= Math.floor((k * n) / 100) && frame < Math.floor(((k + 1) * n) / 100))).toBe(
          true,
        );
    }
    // The first place is passed over with its share of the n - 100 skips among 101 places; else any frame of its part comes first.
    const begins = times(3000, () => spreadFrames(draws, n, 100)[0]!);
    const share = n < 200 ? 1 - (n - 100) / 101 : 1 / Math.floor(n / 100);
    expect(begins.filter((frame) => frame === 0).length / 3000).toBeCloseTo(share, 1);
  });

  it('clips of a sequence that is shorter go round from a random frame on', () => {
    const begins = times(500, () => drawFrames(drawsOf(random), 30, { clipLen: 100, numClips: 1, share: [1, 1] }));
    expect(new Set(begins.map((frames) => frames[0])).size).toBe(30);
    for (const frames of begins) expect(frames.every((frame, k) => k === 0 || frame === (frames[k - 1]! + 1) % 30)).toBe(true);
  });

  it('noise grows with the person and leaves empty frames empty', () => {
    const clip = sequence(40, 20, ntu, 1);
    const noisy = addJointNoise(clip.keypoint.slice(), clip.shape, 0.01, random);
    const off = noisy.map((value, i) => value - clip.keypoint[i]!);
    expect(off.subarray(20 * 75).every((value) => value === 0)).toBe(true);
    const size = Math.sqrt(mean(Array.from(off.subarray(0, 20 * 75), (value) => value * value)) * 3);
    expect(size).toBeGreaterThan(0.02);
    expect(size).toBeLessThan(0.05);
  });

  it('dropped joints are 5 to 15, in 16 to 32 frames, the same in each of them', () => {
    for (let i = 0; i < 40; i++) {
      const { x, T, V, M } = dropJoints(planes(sequence(64, 64, ntu)), random);
      const gone = times(T, (t) =>
        times(V, (v) => x[(t * V + v) * M] === 0)
          .flatMap((zero, v) => (zero ? [v] : []))
          .join(),
      );
      const frames = gone.filter((joints) => joints !== '');
      expect(new Set(frames).size).toBe(1);
      expect(frames.length).toBeGreaterThanOrEqual(16);
      expect(frames.length).toBeLessThanOrEqual(32);
      const joints = frames[0]!.split(',').length;
      expect(joints).toBeGreaterThanOrEqual(5);
      expect(joints).toBeLessThanOrEqual(15);
    }
  });

  it('each variation of SkateFormer happens half of the time', () => {
    const t = Float32Array.of(1);
    for (const method of ['a', 'b', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
      const changed = times(200, () => {
        const clip = planes(sequence(20, 20, ntu));
        const before = clip.x.slice();
        const { planes: after } = augment({ planes: clip, t }, method, 2, ntu.mirror, random);
        return after.x.some((value, i) => value !== before[i]);
      });
      expect(changed.filter(Boolean).length, method).toBeGreaterThan(70);
      expect(changed.filter(Boolean).length, method).toBeLessThan(130);
    }
    const kept = planes(sequence(20, 20, ntu));
    expect(augment({ planes: kept, t }, 'z', 2, ntu.mirror, random)).toEqual({ planes: planes(sequence(20, 20, ntu)), t });
  });
});
