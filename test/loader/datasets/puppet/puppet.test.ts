import { beforeAll, describe, expect, it } from 'vitest';
import type { Clip } from '../../../../src/core/clip.js';
import type { Layout } from '../../../../src/core/layout.js';
import { ACTIONS } from '../../../../src/loader/datasets/puppet/actions/actions.js';
import { simulateClip } from '../../../../src/loader/datasets/puppet/simulate-clip.js';
import { createPerson } from '../../../../src/loader/datasets/puppet/style.js';
import { type Dataset, loadLayout, openDataset } from '../../../../src/loader/index.js';
import { THREE_JOINTS } from '../../support/clips.js';

const open = (split = 'train', spec = 'puppet', seed = 1): Promise<Dataset> => openDataset(spec, { split, seed });
const of = (clip: Clip, joint: string, axis: number, frame: number): number =>
  clip.keypoint[(frame * clip.shape.V + layout.joints.indexOf(joint)) * 3 + axis]!;
const X = 0;
const Y = 1;
const Z = 2;

let layout: Layout;
let train: Dataset;
beforeAll(async () => {
  layout = await loadLayout('utd-mhad');
  train = await open();
});

/** Two noise-free takes of each action. */
const takes = (noise = false) =>
  ACTIONS.flatMap((action) =>
    [0, 1].map((take) => ({
      action,
      ...simulateClip({ person: createPerson(1, 'train', take), action, layout, key: ['test', take] }, noise),
    })),
  );

describe('puppet', () => {
  it('is marked as simulated and has the layout of UTD-MHAD', () => {
    expect(train).toMatchObject({ name: 'puppet', simulated: true, fps: 30, layout: { name: 'utd-mhad' } });
    expect(train.classes.length).toBeGreaterThanOrEqual(10);
    expect(new Set(train.classes).size).toBe(train.classes.length);
  });

  it('has 40 clips of each class for training and half as many for validation, or what the spec says', async () => {
    expect(train.items).toHaveLength(40 * train.classes.length);
    expect((await open('val')).items).toHaveLength(20 * train.classes.length);
    const small = await open('train', 'puppet:3');
    expect(small.items.map(({ label }) => label).filter((label) => label === 5)).toHaveLength(3);
    expect(small.splitSizes).toEqual({ train: 3 * train.classes.length, val: 2 * train.classes.length });
  });

  it('has different people in training and validation', async () => {
    const people = async (split: string) => new Set((await open(split)).items.map(({ subject }) => subject));
    const [first, second] = [await people('train'), await people('val')];
    expect([first.size, second.size]).toEqual([24, 12]);
    expect([...first].filter((person) => second.has(person))).toEqual([]);
    expect(createPerson(1, 'train', 0).body).not.toEqual(createPerson(1, 'val', 0).body);
  });

  it('gives the same clip for the same seed, however it is asked for', async () => {
    const clip = await train.read(57);
    await train.read(3);
    const again = await (await open()).read(57);
    expect(again).toEqual(clip);
    expect(clip.provenance).toEqual({ kind: 'simulated', dataset: 'puppet', seed: 1, index: 57 });
    expect((await (await open('train', 'puppet', 2)).read(57)).keypoint).not.toEqual(clip.keypoint);
  });

  it('keeps the clips of a class when there are more of them', async () => {
    const more = await open('train', 'puppet:60');
    const index = more.items.findIndex(({ id }) => id === train.items[41]!.id);
    expect(index).not.toBe(41);
    expect((await more.read(index)).keypoint).toEqual((await train.read(41)).keypoint);
  });

  it('has a digest that depends on seed, split and number of clips', async () => {
    const others = await Promise.all([open('val'), open('train', 'puppet', 2), open('train', 'puppet:41')]);
    expect(new Set([train, ...others].map(({ digest }) => digest)).size).toBe(4);
    expect((await open()).digest).toBe(train.digest);
  });

  it.each(['puppet:', 'puppet:0', 'puppet:many', 'puppet:-3', 'puppet:1e3'])('refuses the spec %s', async (spec) => {
    await expect(open('train', spec)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('refuses an unknown split and a layout with joints that it has not', async () => {
    await expect(open('xsub/train')).rejects.toMatchObject({ code: 'SPLIT_UNKNOWN', message: expect.stringContaining('train') });
    await expect(openDataset('puppet', { split: 'train', layout: THREE_JOINTS })).rejects.toMatchObject({
      code: 'LAYOUT_MISMATCH',
      message: expect.stringContaining('asks for hip, foot'),
    });
  });
});

describe('every clip of a puppet', () => {
  it('has 40 to 125 finite frames before the camera', async () => {
    for (let index = 0; index < train.items.length; index += 13) {
      const clip = await train.read(index);
      expect(clip.shape.T).toBeGreaterThanOrEqual(40);
      expect(clip.shape.T).toBeLessThanOrEqual(125);
      expect(clip.keypoint.every(Number.isFinite)).toBe(true);
      for (const frame of [0, clip.shape.T - 1]) {
        expect(of(clip, 'hip_center', Z, frame)).toBeGreaterThan(1.2);
        expect(of(clip, 'hip_center', Z, frame)).toBeLessThan(4.5);
        expect(Math.abs(of(clip, 'hip_center', X, frame))).toBeLessThan(1);
      }
    }
  });

  it('has bones of constant length before the noise', () => {
    for (const { keypoint, T, action } of takes()) {
      for (const [v, parent] of layout.parents.entries()) {
        if (parent === -1) continue;
        const bone = (t: number): number =>
          Math.hypot(...[0, 1, 2].map((c) => keypoint[(t * 20 + v) * 3 + c]! - keypoint[(t * 20 + parent) * 3 + c]!));
        const lengths = Array.from({ length: T }, (_, t) => bone(t));
        expect(Math.max(...lengths) - Math.min(...lengths), `${action.name} ${layout.joints[v]}`).toBeLessThan(1e-5);
      }
    }
  });

  it('has no foot below the floor, and one on it but for jumps', () => {
    for (const { keypoint, T, action } of takes()) {
      const lowest = Array.from({ length: T }, (_, t) => Math.min(...layout.feet.map((v) => keypoint[(t * 20 + v) * 3 + Y]!)));
      const floor = Math.min(...lowest);
      const onFloor = lowest.filter((y) => y < floor + 0.005).length / T;
      expect(onFloor, action.name).toBeGreaterThan(['jumping jack', 'jog'].includes(action.name) ? 0.3 : 0.99);
    }
  });

  it('does not slide with a foot that is on the floor while walking', () => {
    for (const { keypoint, T } of takes().filter(({ action }) => action.name === 'walk')) {
      const floor = Math.min(...layout.feet.map((v) => keypoint[v * 3 + Y]!));
      let onFloor = 0;
      let slip = 0;
      for (const v of layout.feet)
        for (let t = 1; t < T; t++) {
          const [from, to] = [((t - 1) * 20 + v) * 3, (t * 20 + v) * 3];
          if (keypoint[from + Y]! > floor + 0.001 || keypoint[to + Y]! > floor + 0.001) continue;
          onFloor++;
          slip = Math.max(slip, Math.hypot(keypoint[to]! - keypoint[from]!, keypoint[to + Z]! - keypoint[from + Z]!));
        }
      expect(slip).toBeLessThan(0.012);
      expect(onFloor).toBeGreaterThan(T / 2);
    }
  });

  it('moves as smoothly as a body: no joint is faster than 12 m/s', () => {
    for (const { keypoint, T, action } of takes()) {
      const steps = keypoint.subarray(60, T * 60).map((value, i) => Math.abs(value - keypoint[i]!));
      expect(Math.max(...steps), action.name).toBeLessThan(0.4);
    }
  });

  it('is seen with the jitter of a Kinect', () => {
    const seen = takes(true);
    for (const [i, { keypoint }] of takes().entries()) {
      const errors = keypoint.map((value, at) => seen[i]!.keypoint[at]! - value);
      const sd = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
      expect(sd).toBeGreaterThan(0.002);
      expect(sd).toBeLessThan(0.012);
    }
  });
});

describe('the actions of a puppet do what they are called', () => {
  const clips = async (name: string): Promise<Clip[]> => {
    const label = train.classes.indexOf(name);
    const indices = train.items.flatMap((item, index) => (item.label === label ? [index] : []));
    return Promise.all(indices.slice(0, 6).map((index) => train.read(index)));
  };
  const frames = (clip: Clip): number[] => Array.from({ length: clip.shape.T }, (_, t) => t);
  const most = (clip: Clip, value: (t: number) => number): number => Math.max(...frames(clip).map(value));
  const least = (clip: Clip, value: (t: number) => number): number => Math.min(...frames(clip).map(value));
  const distance = (clip: Clip, a: string, b: string, t: number): number =>
    Math.hypot(...[X, Y, Z].map((axis) => of(clip, a, axis, t) - of(clip, b, axis, t)));

  it('wave: one hand above its shoulder, the other stays down', async () => {
    for (const clip of await clips('wave')) {
      const up = ['left', 'right'].map((side) =>
        most(clip, (t) => of(clip, `${side}_hand`, Y, t) - of(clip, `${side}_shoulder`, Y, t)),
      );
      expect(Math.max(...up)).toBeGreaterThan(0);
      expect(Math.min(...up)).toBeLessThan(-0.3);
    }
  });

  it('clap: the hands meet', async () => {
    for (const clip of await clips('clap'))
      expect(least(clip, (t) => distance(clip, 'left_hand', 'right_hand', t))).toBeLessThan(0.16);
  });

  it('squat and sit down: the hip comes down; stand up: it rises', async () => {
    const change = (clip: Clip, t: number): number => of(clip, 'hip_center', Y, t) - of(clip, 'hip_center', Y, 0);
    for (const clip of await clips('squat')) expect(least(clip, (t) => change(clip, t))).toBeLessThan(-0.15);
    for (const clip of await clips('sit down')) expect(change(clip, clip.shape.T - 1)).toBeLessThan(-0.2);
    for (const clip of await clips('stand up')) expect(change(clip, clip.shape.T - 1)).toBeGreaterThan(0.2);
  });

  it('kick: a foot rises above the knee of the other leg', async () => {
    for (const clip of await clips('kick')) {
      const rise = (a: string, b: string) => most(clip, (t) => of(clip, `${a}_foot`, Y, t) - of(clip, `${b}_foot`, Y, t));
      expect(Math.max(rise('left', 'right'), rise('right', 'left'))).toBeGreaterThan(0.2);
    }
  });

  it('jumping jack: both hands come above the head while the feet are apart', async () => {
    for (const clip of await clips('jumping jack')) {
      const apart = (t: number): number => Math.abs(of(clip, 'left_foot', X, t) - of(clip, 'right_foot', X, t));
      const up = (t: number): number =>
        Math.min(of(clip, 'left_hand', Y, t), of(clip, 'right_hand', Y, t)) - of(clip, 'head', Y, t);
      const best = frames(clip).reduce((a, b) => (up(b) > up(a) ? b : a));
      expect(up(best)).toBeGreaterThan(0);
      expect(apart(best)).toBeGreaterThan(apart(0) + 0.1);
    }
  });

  it('bow: the head comes down and forward', async () => {
    for (const clip of await clips('bow')) {
      expect(least(clip, (t) => of(clip, 'head', Y, t)) - of(clip, 'head', Y, 0)).toBeLessThan(-0.1);
      expect(least(clip, (t) => of(clip, 'head', Z, t) - of(clip, 'hip_center', Z, t))).toBeLessThan(-0.2);
    }
  });

  it('walk: comes towards the camera', async () => {
    for (const clip of await clips('walk'))
      expect(of(clip, 'hip_center', Z, clip.shape.T - 1) - of(clip, 'hip_center', Z, 0)).toBeLessThan(-0.5);
  });
});
