import { describe, expect, it } from 'vitest';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { createProfile } from '../../../src/loader/profiles/create-profile.js';
import { findJoint, jointOf } from '../../../src/loader/profiles/joint-roles.js';
import { pysklBones } from '../../../src/loader/profiles/pyskl-bones.js';
import { partitionOf, skateBones } from '../../../src/loader/profiles/skateformer-parts.js';
import { parentsFirst, reroot } from '../../../src/loader/transforms/reroot.js';
import { THREE_JOINTS } from '../support/clips.js';

const ntu = await loadLayout('ntu');
const coco = await loadLayout('coco-17');
const NAMES = ['bandai-namco', 'kinect-v1', 'msr-action3d', 'ntu', 'sbu', 'utd-mhad'];
const layouts = await Promise.all(NAMES.map(loadLayout));

const argsOf = (name: string, args: Record<string, unknown>, phase: 'train' | 'test' = 'train') =>
  createProfile({ name, args, layout: name.includes('2d') || name.includes('kinetics') ? coco : ntu, phase });

describe('the arguments of a profile', () => {
  it("are those of the recognizer's configuration, as its file has them", () => {
    const published = {
      data_path: 'data/ntu/NTU60_CS.npz',
      split: 'train',
      debug: false,
      random_choose: false,
      random_shift: false,
      random_move: false,
      window_size: 64,
      normalization: false,
      random_rot: true,
      p_interval: [0.5, 1],
      vel: false,
      bone: false,
    };
    expect(argsOf('ctrgcn-ntu60', published).digest).toBe(argsOf('ctrgcn-ntu60', {}).digest);
    const skate = {
      ...{ data_type: 'j', aug_method: 'a123489', intra_p: 0.5, inter_p: 0.2 },
      thres: 64,
      uniform: true,
      partition: true,
    };
    expect(argsOf('skateformer-ntu', skate).digest).toBe(argsOf('skateformer-ntu', {}).digest);
    expect(argsOf('stgcn-kinetics', { random_choose: true, random_move: true, window_size: 150 }).digest).toBe(
      argsOf('stgcn-kinetics', {}).digest,
    );
  });

  it('are told with their values, and change the digest', () => {
    const bone = argsOf('ctrgcn-ntu60', { bone: true, window_size: null });
    expect(bone.args).toMatchObject({ bone: true, vel: false, window_size: 64, random_rot: true });
    expect(bone.digest).not.toBe(argsOf('ctrgcn-ntu60', {}).digest);
    expect(argsOf('ctrgcn-ntu60', {}, 'test').digest).not.toBe(argsOf('ctrgcn-ntu60', {}).digest);
  });

  it.each([
    ['ctrgcn-ntu60', { random_choose: true, random_shift: true, random_move: true, normalization: true }],
    ['ctrgcn-ntu120', { random_choose: true, random_move: false }],
    ['infogcn-ntu60', { random_shift: true, sort: true }],
    ['ctrgcn-ucla', { random_choose: true, random_shift: true, random_move: true, window_size: -1, repeat: 5 }],
    ['skateformer-ucla', { window_size: -1, repeat: 10 }],
  ])('which the feeder of %s takes and never looks at change nothing: %j', (name, args) => {
    expect(argsOf(name, args).digest).toBe(argsOf(name, {}).digest);
  });

  it('of a training do not make a test draw', () => {
    const { args } = argsOf('ctrgcn-ntu60', { p_interval: [0.5, 1], random_rot: true }, 'test');
    expect(args).toMatchObject({ p_interval: [0.95], random_rot: false });
    expect(argsOf('stgcn-kinetics', { random_choose: true, random_move: true, window_size: 150 }, 'test').shape.T).toBe(300);
    expect(argsOf('pyskl-3d', {}, 'test').shape.K).toBe(10);
  });

  it.each([
    ['ctrgcn-ntu60', { windowsize: 3 }, /does not know the argument "windowsize" \(3\)/],
    ['ctrgcn-ntu60', { window_size: -1 }, /window_size must be a whole number of at least 1, got -1/],
    ['ctrgcn-ntu60', { p_interval: [1, 0.5] }, /p_interval must be one share, or two rising ones/],
    ['ctrgcn-ntu60', { random_move: 'no' }, /random_move must be true or false .*own loader doesn't look\), got "no"/],
    ['skateformer-ntu', { random_move: true }, /does not know the argument "random_move"/],
    ['agcn-ntu', { normalization: true }, /normalization must be false: it would take the mean and deviation/],
    ['ctrgcn-ucla', { normalization: true }, /normalization must be false: its feeder fails with it/],
    ['ctrgcn-ucla', { window_size: 0 }, /window_size must be a whole number of at least 1, or -1, got 0/],
    ['stgcn-kinetics', { num_person_out: 3 }, /num_person_out must be a whole number from 1 to 2, got 3/],
    ['skateformer-ucla', { aug_method: 'a' }, /does not know the argument "aug_method"/],
    ['skateformer-ntu', { data_type: 'x' }, /data_type must be one of j, b, jm, bm/],
    ['skateformer-ntu', { aug_method: 'q' }, /aug_method must be letters/],
    ['pyskl-3d', { feats: [] }, /feats must be a list of j, b, jm, bm/],
    ['pyskl-3d', { scale: [1, 2] }, /scale must be a number of at least 0, or 3 of them/],
    ['pyskl-2d', { theta: 0.3 }, /theta must be 0: it would change the scores/],
    ['plain', { num_person: 1.5 }, /num_person/],
  ])('%s refuses %j', (name, args, message) => {
    expect(() => argsOf(name, args)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });
});

describe('joints by what they are', () => {
  it.each(layouts.map((layout) => [layout.name, layout] as const))('%s has a spine, shoulders and hips', (_name, layout) => {
    const roles = ['spineBottom', 'spineTop', 'leftShoulder', 'rightShoulder', 'leftHip', 'rightHip'] as const;
    const joints = roles.map((role) => jointOf(layout, role, 'test'));
    expect(new Set(joints).size).toBe(roles.length);
    expect(layout.mirror[joints[2]!]).toBe(joints[3]);
    expect(layout.mirror[joints[4]!]).toBe(joints[5]);
    for (const name of ['agcn-ntu', 'ctrgcn-ntu60', 'ctrgcn-ucla', 'infogcn-ntu60', 'pyskl-3d'])
      expect(createProfile({ name, layout }).shape.V).toBe(layout.joints.length);
  });

  it('are those that the recognizers number for NTU RGB+D', () => {
    expect(
      (['spineBottom', 'spineTop', 'rightShoulder', 'leftShoulder', 'leftHip', 'rightHip'] as const).map((role) =>
        findJoint(ntu, role),
      ),
    ).toEqual([0, 1, 8, 4, 12, 16]);
    expect(partitionOf(ntu).map((joint) => joint + 1)).toEqual([
      7, 8, 22, 23, 11, 12, 24, 25, 13, 14, 15, 16, 17, 18, 19, 20, 5, 9, 6, 10, 2, 3, 1, 4,
    ]);
    expect(skateBones(ntu)).toEqual([1, -1, 20, 2, 20, 4, 5, 6, 20, 8, 9, 10, 0, 12, 13, 14, 0, 16, 17, 18, 1, 7, 7, 11, 11]);
  });

  it('that a layout lacks are named', () => {
    for (const name of ['agcn-ntu', 'infogcn-ntu60', 'pyskl-3d', 'skateformer-ntu'])
      expect(() => createProfile({ name, layout: THREE_JOINTS })).toThrow(
        expect.objectContaining({ code: 'LAYOUT_MISMATCH', message: expect.stringContaining('"three"') }),
      );
    expect(createProfile({ name: 'skateformer-ntu', args: { partition: false }, layout: THREE_JOINTS }).shape.V).toBe(3);
    expect(() => createProfile({ name: 'ctrgcn-ntu60', layout: coco })).toThrow(/joints of 3 coordinates.*"coco-17" has 2/);
  });

  it("of PYSKL's bones end where its own do", () => {
    expect(pysklBones(coco)).toEqual([-1, 0, 0, 1, 2, 0, 0, 5, 6, 7, 8, 0, 0, 11, 12, 13, 14]);
    expect(pysklBones(ntu)).toEqual(ntu.parents);
  });

  it('form the same tree from another root', () => {
    for (const layout of layouts)
      for (let root = 0; root < layout.joints.length; root++) {
        const parents = reroot(layout, root);
        const edges = (tree: readonly number[]) =>
          new Set(tree.flatMap((parent, joint) => (parent < 0 ? [] : [[parent, joint].sort((a, b) => a - b).join()])));
        expect(edges(parents)).toEqual(edges(layout.parents));
        expect(parents[root]).toBe(-1);
        const order = parentsFirst(parents);
        expect(order).toHaveLength(parents.length);
        expect(order.every((joint, i) => parents[joint] === -1 || order.indexOf(parents[joint]!) < i)).toBe(true);
      }
  });
});
