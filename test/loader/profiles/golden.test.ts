import { describe, expect, it } from 'vitest';
import { roundToHalf } from '../../../src/core/half.js';
import { parseKinetics } from '../../../src/loader/formats/kinetics-json.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { bodyAxes, hipAxes } from '../../../src/loader/profiles/body-axes-of.js';
import { skateBones } from '../../../src/loader/profiles/skateformer-parts.js';
import { adoptLengths } from '../../../src/loader/transforms/adopt-lengths.js';
import { alignBodies } from '../../../src/loader/transforms/align-bodies.js';
import { blurFrames } from '../../../src/loader/transforms/blur-frames.js';
import { bonesOf } from '../../../src/loader/transforms/bones.js';
import { fitBox } from '../../../src/loader/transforms/fit-box.js';
import { toMotion } from '../../../src/loader/transforms/motion.js';
import { pictureOf } from '../../../src/loader/transforms/picture-of.js';
import type { Planes } from '../../../src/loader/transforms/planes.js';
import { preNormalize2D } from '../../../src/loader/transforms/pre-normalize-2d.js';
import { preNormalize3D } from '../../../src/loader/transforms/pre-normalize-3d.js';
import { preNormalizeAgcn } from '../../../src/loader/transforms/pre-normalize-agcn.js';
import { movePicture } from '../../../src/loader/transforms/random-move.js';
import { parentsFirst } from '../../../src/loader/transforms/reroot.js';
import { resizeFrames } from '../../../src/loader/transforms/resize-frames.js';
import { reverseFrames } from '../../../src/loader/transforms/reverse-frames.js';
import { axisRotation, multiply, rotationOf, transpose, turn } from '../../../src/loader/transforms/rotation.js';
import { takeJoints } from '../../../src/loader/transforms/take-joints.js';
import { testFrames } from '../../../src/loader/transforms/uniform-sample.js';
import { expectGolden, pixels, planes, profiled, sequence, TEST_FRAMES } from '../support/golden.js';

const ntu = await loadLayout('ntu');
const kinect = await loadLayout('kinect-v1');
const openpose = await loadLayout('openpose-18');
const coco = await loadLayout('coco-17');
const axes = bodyAxes(ntu, 'test');

const at = ({ x, C, T, V, M }: Planes, t: number, v: number, m: number): number[] =>
  Array.from({ length: C }, (_, c) => x[((c * T + t) * V + v) * M + m]!);
const sizeOf = (x: Float32Array): number => x.reduce((total, value) => total + Math.abs(value), 0);
const near = (got: readonly number[], expected: readonly number[]): void => {
  for (const [i, value] of expected.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5);
};

/** design values made with the recognizers' code, by the letters of their list. */
describe('values of the recognizers themselves', () => {
  const cropped = resizeFrames(planes(sequence(24, 20, ntu)), { first: 0, length: 20 }, 64);

  it('A: normalisation of 2s-AGCN', () => {
    const y = planes(preNormalizeAgcn(sequence(24, 20, ntu), 24, axes));
    near(at(y, 0, 0, 0), [0.053031, 0.023144, -0.331045]);
    near(at(y, 5, 7, 0), [2.885335, -0.064514, 0.007606]);
    near(at(y, 5, 7, 1), [3.976976, 0.044686, -0.225457]);
    near(at(y, 21, 3, 0), [0.634199, -0.06225, 0.660482]);
    expect(sizeOf(y.x)).toBeCloseTo(3179.056, 2);
  });

  it('B: crop and linear resampling of CTR-GCN', () => {
    near(at(cropped, 0, 0, 0), [1.144218, 1.48545, 4.363209]);
    near(at(cropped, 10, 7, 1), [-1.129656, -1.396485, 1.810177]);
    near(at(cropped, 63, 24, 0), [-1.160765, -0.68059, 3.297517]);
    const long = resizeFrames(planes(sequence(300, 137, ntu)), { first: 3, length: 131 }, 64);
    near(at(long, 31, 12, 1), [0.91408, 0.82702, 3.910682]);
    near(at(long, 63, 24, 0), [-0.954554, -0.555603, 3.005885]);
  });

  it('C, D, E: rotation by given angles, bones, motion', () => {
    near(rotationOf(0.1, 0.2, 0.3), [0.936293, 0.312992, -0.159345, -0.28963, 0.944703, 0.153792, 0.198669, -0.097843, 0.97517]);
    const turned = turn({ ...cropped, x: cropped.x.slice() }, rotationOf(0.1, 0.2, 0.3));
    near(at(turned, 10, 7, 1), [-1.78322, -0.71369, 1.67744]);
    const bones = bonesOf(turned, ntu.parents);
    near(at(bones, 10, 7, 1), [-0.480734, -0.115367, -0.078879]);
    near(at(bones, 10, 21, 0), [0.291913, 0.217497, 0.167847]);
    near(at(toMotion(bones), 10, 7, 1), [0.013996, 0.018179, 0.017608]);
  });

  it('F: PreNormalize3D of PYSKL', () => {
    const clip = sequence(24, 20, ntu);
    clip.keypoint.fill(0, 24 * 75, 27 * 75);
    const { keypoint, shape } = preNormalize3D(clip, axes, { alignCentre: true, alignSpine: true });
    expect(shape).toEqual({ M: 2, T: 20, V: 25, C: 3 });
    near([...keypoint.subarray((5 * 25 + 7) * 3, (5 * 25 + 7) * 3 + 3)], [3.163458, -0.103526, 0.577653]);
    expect(sizeOf(keypoint)).toBeCloseTo(2942.951, 2);
    expectGolden('pyskl PreNormalize3D float32', keypoint);
  });
});

/** What `make_golden.py` wrote. */
describe('values of make_golden.py', () => {
  const npz = { space: 'ctrgcn' } as const;
  const lone = sequence(300, 90, ntu);
  lone.keypoint.fill(0, 300 * 75);
  const clips = [sequence(300, 137, ntu), lone, sequence(300, 40, ntu)];

  it.each([0, 1, 2])('CTR-GCN, test, clip %d', (i) => {
    for (const [bone, vel, words] of [
      [false, false, 'bone=False vel=False'],
      [false, true, 'bone=False vel=True'],
      [true, false, 'bone=True vel=False'],
      [true, true, 'bone=True vel=True'],
    ] as const)
      expectGolden(`ctrgcn ${words} ${i}`, profiled('ctrgcn-ntu60', clips[i]!, ntu, { ...npz, args: { bone, vel } }).x);
  });

  it.each([0, 1, 2])('SkateFormer, test, clip %d', (i) => {
    for (const [uniform, word] of [
      [true, 'True'],
      [false, 'False'],
    ] as const)
      for (const data_type of ['j', 'b', 'jm', 'bm']) {
        const { x, extras } = profiled('skateformer-ntu', clips[i]!, ntu, { ...npz, args: { uniform, data_type } });
        expectGolden(`skate ${data_type} uniform=${word} ${i}`, x);
        if (data_type === 'j') expectGolden(`skate t uniform=${word} ${i}`, extras!.t!.data);
      }
  });

  it('variations of SkateFormer by given draws', () => {
    const clip = planes(sequence(64, 64, ntu));
    const copy = (): Planes => ({ ...clip, x: clip.x.slice() });
    expectGolden('skate shear', turn(copy(), [1, 0.1, -0.4, -0.2, 1, 0.5, 0.3, 0.25, 1]).x);
    for (const axis of [0, 1, 2]) expectGolden(`skate rotate ${axis}`, turn(copy(), axisRotation(axis, (20 * Math.PI) / 180)).x);
    expectGolden('skate blur 1.3', blurFrames(clip, 1.3).x, 2e-5);
    expectGolden('skate flip', takeJoints(clip, ntu.mirror).x);
    expectGolden('skate reverse', reverseFrames(clip).x);
    const bones = skateBones(ntu);
    const other = planes(sequence(300, 137, ntu));
    const part = resizeFrames(other, { first: 0, length: 64 }, 64);
    const larger = { ...part, x: part.x.map((value) => value * 1.25) };
    expectGolden('skate adain', adoptLengths(clip, larger, bones, parentsFirst(bones)).x);
  });

  it.each(['joint', 'bone', 'motion'])('CTR-GCN on NW-UCLA, test, %s', (modality) => {
    const { x } = profiled('ctrgcn-ucla', sequence(21, 21, kinect, 1), kinect, { args: { data_path: modality } });
    expectGolden(`ucla test ${modality}`, x);
  });

  it.each(['j', 'b', 'jm', 'bm'])('SkateFormer on NW-UCLA, test, %s', (data_type) => {
    const { x, extras } = profiled('skateformer-ucla', sequence(21, 21, kinect, 1), kinect, { args: { data_type } });
    expectGolden(`skate ucla ${data_type}`, x);
    expectGolden('skate ucla t', extras!.t!.data);
  });

  it('a view of the NW-UCLA feeder by given angles', () => {
    const degrees = Math.PI / 180;
    const view = transpose(multiply(axisRotation(1, -45 * degrees), axisRotation(0, 30 * degrees)));
    expectGolden('ucla view 30 -45', fitBox(turn(planes(sequence(21, 21, kinect, 1)), view)).x);
  });

  it('alignment of InfoGCN', () => {
    const aligned = alignBodies(sequence(300, 137, ntu), { ...axes, ...hipAxes(ntu, 'test') });
    expectGolden('infogcn align', planes(aligned).x);
  });

  it('movement of ST-GCN by given places', () => {
    const moved = movePicture(
      planes(sequence(150, 120, openpose)),
      { angle: 10, scale: 0.9, x: -0.2, y: 0.1 },
      { angle: -5, scale: 1.1, x: 0.1, y: -0.1 },
    );
    expectGolden('random move', moved.x);
  });

  it.each([
    ['kinetics', {}],
    ['kinetics matched', { pose_matching: true }],
  ])('ST-GCN on a file of Kinetics-skeleton, test: %s', (golden, args) => {
    const thousandth = (value: number): number => Number(value.toFixed(3));
    const all = pixels(60, openpose, 3);
    const data = Array.from({ length: 40 }, (_, t) => ({
      frame_index: t + 3,
      skeleton: Array.from({ length: 1 + (t % 3) }, (_, m) => {
        const from = (m * 60 + t) * 18;
        const pose = Array.from(all.keypoint.subarray(2 * from, 2 * from + 36), (value, i) =>
          thousandth(value / [1920, 1080][i % 2]!),
        );
        return {
          pose,
          score: Array.from(all.score!.subarray(from, from + 18), (value) => thousandth((value * (((t + m) % 3) + 1)) / 3)),
        };
      }),
    }));
    const bytes = new TextEncoder().encode(JSON.stringify({ data, label: 'dancing', label_index: 0 }));
    const facts = { dataset: 'kinetics', id: 'one', label: 0, file: 'one.json', layout: openpose, fps: 30 };
    expectGolden(golden, profiled('stgcn-kinetics', parseKinetics(bytes, facts), openpose, { space: 'shares', args }).x);
  });

  it('normalisation of PYSKL in float16, and of a second person who is there longer', () => {
    const both = { alignCentre: true, alignSpine: true };
    const clip = sequence(24, 20, ntu);
    clip.keypoint.fill(0, 24 * 75, 27 * 75);
    const halves = Float32Array.from(clip.keypoint, (value) => roundToHalf(value));
    expectGolden('pyskl PreNormalize3D float16', preNormalize3D({ ...clip, keypoint: halves, half: true }, axes, both).keypoint);
    const swapped = new Float32Array([...clip.keypoint.subarray(24 * 75), ...clip.keypoint.subarray(0, 24 * 75)]);
    expectGolden('pyskl PreNormalize3D swapped', preNormalize3D({ ...clip, keypoint: swapped }, axes, both).keypoint);
    const flat = pixels(50, coco);
    expectGolden('pyskl PreNormalize2D', preNormalize2D(flat, pictureOf(flat, 'recorded')).keypoint);
  });

  it.each([30, 90, 137, 260])('PYSKL in 3-D, ten clips of a test, from %d frames', (n) => {
    expectGolden(`pyskl 3d test ${n}`, profiled('pyskl-3d', sequence(n, n, ntu), ntu).x);
  });

  it('features of PYSKL in 3-D and 2-D', () => {
    const args = { feats: ['j', 'b', 'jm', 'bm'] };
    expectGolden('pyskl 3d test feats', profiled('pyskl-3d', sequence(137, 137, ntu), ntu, { args }).x);
    expectGolden('pyskl 2d test feats', profiled('pyskl-2d', pixels(137, coco), coco, { args }).x);
    expectGolden('pyskl openpose bones', profiled('pyskl-2d', pixels(137, openpose), openpose, { args: { feats: ['b'] } }).x);
  });

  it.each(Object.entries(TEST_FRAMES))('frames of a test of PYSKL, of %s', (n, [sum, first, last]) => {
    const frames = [...testFrames(Number(n), { clipLen: 100, numClips: 10, share: [1, 1] })];
    const folded = (list: readonly number[]): number[] => list.map((frame) => frame % Number(n));
    expect(frames.slice(0, 40)).toEqual(folded(first));
    expect(frames.slice(-40)).toEqual(folded(last));
    if (Number(n) >= 100) expect(frames.reduce((total, frame) => total + frame, 0)).toBe(sum);
  });
});
