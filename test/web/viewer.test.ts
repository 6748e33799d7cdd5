import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClipJson } from '../../web/src/stream/messages.js';
import { placeClip, sidesOf, upOf } from '../../web/src/viewer/body-space.js';
import { FIRST_VIEW, moveCamera, project } from '../../web/src/viewer/camera.js';
import { clipFacts } from '../../web/src/viewer/clip-facts.js';
import type { LayoutJson } from '../../web/src/viewer/layout-json.js';
import { createPlayback, frameAt } from '../../web/src/viewer/playback.js';

const LAYOUT: LayoutJson = {
  name: 'three',
  channels: 3,
  joints: ['hip', 'left_foot', 'right_foot'],
  parents: [-1, 0, 0],
  root: 0,
  centre: 0,
  mirror: [0, 2, 1],
  feet: [1, 2],
};

/** A clip whose joints stand at the given places in every frame. */
function still(frame: readonly (readonly number[])[], { M = 1, T = 2 } = {}): ClipJson {
  const C = frame[0]!.length;
  const one = frame.flat();
  return {
    ...{ id: 'x', label: 0, origin: 'real', seenAtMs: null, fps: 30, shape: { M, T, V: frame.length, C } },
    keypoint: Array.from({ length: M * T }, () => one).flat(),
    provenance: { kind: 'recorded', dataset: 'd', file: 'f' },
  } as ClipJson;
}

describe('a clip placed for viewing', () => {
  it.each([
    [
      'y up',
      [
        [0, 1, 0],
        [0.2, 0, 0],
        [-0.2, 0, 0],
      ],
      { axis: 1, sign: 1 },
    ],
    [
      'y down',
      [
        [0, 0, 0],
        [0.2, 1, 0],
        [-0.2, 1, 0],
      ],
      { axis: 1, sign: -1 },
    ],
    [
      'z up',
      [
        [0, 0, 1],
        [0.2, 0, 0],
        [-0.2, 0, 0],
      ],
      { axis: 2, sign: 1 },
    ],
    [
      'z down',
      [
        [0, 0, -1],
        [0.2, 0, 0],
        [-0.2, 0, 0],
      ],
      { axis: 2, sign: -1 },
    ],
    [
      'x up',
      [
        [1, 0, 0],
        [0, 0.2, 0],
        [0, -0.2, 0],
      ],
      { axis: 0, sign: 1 },
    ],
    [
      'x down',
      [
        [-1, 0, 0],
        [0, 0.2, 0],
        [0, -0.2, 0],
      ],
      { axis: 0, sign: -1 },
    ],
  ] as const)('stands upright: %s', (_name, frame, up) => {
    const clip = still(frame);
    expect(upOf(clip, LAYOUT)).toEqual(up);
    const placed = placeClip(clip, LAYOUT);
    expect(placed.at(0, 0, 0)![1]).toBeCloseTo(0.5);
    expect(placed.at(0, 0, 1)![1]).toBeCloseTo(-0.5);
    expect(placed.floor).toBeCloseTo(-0.5);
  });

  it('is turned, never mirrored', () => {
    const volume = (points: readonly (readonly number[])[]): number => {
      const [a, b, c] = points as [number[], number[], number[]];
      return (
        a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
        a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
        a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
      );
    };
    for (const height of [
      [0, 3, 0],
      [0, -3, 0],
      [0, 0, 3],
      [0, 0, -3],
      [3, 0, 0],
      [-3, 0, 0],
    ]) {
      const frame = [height, [0.3, 0.1, 0.2], [0.1, -0.4, 0.3], [-0.2, 0.3, 0.5]];
      const placed = placeClip(still(frame), {
        ...LAYOUT,
        joints: [...LAYOUT.joints, 'tip'],
        parents: [-1, 0, 0, 0],
        mirror: [0, 2, 1, 3],
      });
      const from = (at: (v: number) => readonly number[]) => [1, 2, 3].map((v) => at(v).map((value, c) => value - at(0)[c]!));
      expect(Math.sign(volume(from((v) => placed.at(0, 0, v)!)))).toBe(Math.sign(volume(from((v) => frame[v]!))));
    }
  });

  it('has no floor in 2-D, and pixels run downwards where no feet say otherwise', () => {
    const flat: LayoutJson = { ...LAYOUT, channels: 2, feet: [] };
    const placed = placeClip(
      still([
        [100, 50, 0.9],
        [90, 200, 0.8],
        [110, 200, 0.1],
      ]),
      flat,
    );
    expect(placed.floor).toBeNull();
    expect(placed.at(0, 0, 0)![1]).toBeGreaterThan(placed.at(0, 0, 1)![1]);
    expect(placed.at(0, 0, 0)![2]).toBe(0);
  });

  it('leaves out joints of an image that were not found, but not a body at the origin', () => {
    const flat: LayoutJson = { ...LAYOUT, channels: 2 };
    const seen = still([
      [0.5, 0.2],
      [0.4, 0.8],
      [0, 0],
    ]);
    const placed = placeClip(seen, flat);
    expect([0, 1, 2].map((v) => placed.at(0, 0, v) === null)).toEqual([false, false, true]);
    // Sized by what is there: the corner of the image counts for nothing.
    expect(Math.abs(placed.at(0, 0, 0)![1] - placed.at(0, 0, 1)![1])).toBeCloseTo(1);
    const centred = still([
      [0, 0],
      [-0.1, 0.6],
      [0.1, 0.6],
    ]);
    expect(placeClip(centred, flat).at(0, 1, 0)).not.toBeNull();
    const fromFirst = { ...centred, keypoint: [0, 0, -0.1, 0.6, 0.1, 0.6, 0.2, 0.1, 0, 0, 0.2, 0.7] };
    const moved = placeClip(fromFirst, flat);
    expect([moved.at(0, 0, 0) === null, moved.at(0, 1, 0) === null, moved.at(0, 1, 1) === null]).toEqual([false, false, true]);
  });

  it('leaves out a person who is not there', () => {
    const clip = still(
      [
        [0, 1, 0],
        [0.2, 0, 0],
        [-0.2, 0, 0],
      ],
      { M: 2 },
    );
    const half = clip.keypoint.length / 2;
    const placed = placeClip({ ...clip, keypoint: clip.keypoint.map((value, i) => (i < half ? value : 0)) }, LAYOUT);
    expect(placed.at(0, 0, 0)).not.toBeNull();
    expect(placed.at(1, 0, 0)).toBeNull();
    expect(placed.floor).toBeCloseTo(-0.5);
  });

  it('of nobody at all breaks nothing', () => {
    const placed = placeClip(
      still([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
      LAYOUT,
    );
    expect(placed.at(0, 0, 0)).toBeNull();
    expect(placed.floor).toBeNull();
  });
});

describe('the sides of joints', () => {
  it('come from names, else from the order of the pairs', () => {
    expect(sidesOf(LAYOUT)).toEqual(['middle', 'left', 'right']);
    expect(sidesOf({ ...LAYOUT, joints: ['a', 'Hand_R', 'Hand_L'] })).toEqual(['middle', 'right', 'left']);
    expect(sidesOf({ ...LAYOUT, joints: ['a', 'j1', 'j2'] })).toEqual(['middle', 'left', 'right']);
  });
});

describe('the camera', () => {
  it('keeps its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            yaw: fc.double({ min: -9, max: 9, noNaN: true }),
            pitch: fc.double({ min: -9, max: 9, noNaN: true }),
            zoom: fc.double({ min: 0.01, max: 99, noNaN: true }),
          }),
        ),
        (moves) => {
          const camera = { ...FIRST_VIEW };
          for (const by of moves) moveCamera(camera, by);
          expect(Math.abs(camera.pitch)).toBeLessThanOrEqual(1.4);
          expect(camera.zoom).toBeGreaterThanOrEqual(0.3);
          expect(camera.zoom).toBeLessThanOrEqual(8);
          expect(project([0.3, 0.3, 0.3], camera).every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });

  it('looks from the front without a turn: right is right, up is up, near is larger', () => {
    const view = { yaw: 0, pitch: 0, zoom: 1 };
    expect(project([0.5, 0, 0], view)[0]).toBeCloseTo(0.5);
    expect(project([0, 0.5, 0], view)[1]).toBeCloseTo(-0.5);
    expect(project([0.5, 0, 0.5], view)[0]).toBeGreaterThan(project([0.5, 0, -0.5], view)[0]);
  });

  it('sees the floor from above where it is raised', () => {
    const view = { yaw: 0, pitch: 0.4, zoom: 1 };
    expect(project([0, 0, -0.5], view)[1]).toBeLessThan(project([0, 0, 0.5], view)[1]);
  });
});

describe('playback', () => {
  it('runs at its speed, begins anew at the end, and tells so', () => {
    const playback = createPlayback();
    playback.duration = 2;
    expect(playback.advance(500)).toBe(false);
    expect(playback.time).toBe(0);
    playback.play();
    playback.speed = 2;
    expect(playback.advance(500)).toBe(false);
    expect(playback.time).toBe(1);
    expect(playback.advance(600)).toBe(true);
    expect(playback.time).toBeCloseTo(0.2);
    playback.seek(9);
    expect(playback.time).toBe(2);
  });

  it("shows every frame once at the clip's own rate, and the last one of a shorter clip", () => {
    expect([0, 1, 2, 3].map((k) => frameAt(k / 30, 30, 4))).toEqual([0, 1, 2, 3]);
    expect(frameAt(10, 30, 4)).toBe(3);
  });
});

describe('the facts of a clip', () => {
  it('say how a generated one was made and measured', () => {
    const clip = {
      ...still([[0, 1, 0]]),
      origin: 'synthetic',
      seenAtMs: 1000,
      provenance: { kind: 'generated', model: 'm@1', seed: 7, index: 12, settings: 's' },
      sampling: { sampler: 'ddim', steps: 50, classifierFreeScale: 2, autoguidanceScale: 1, classifierScale: 0.3, variation: 0 },
      quality: { likelihood: -0.12345678, nearest: Number.NaN },
    } as ClipJson;
    expect(Object.fromEntries(clipFacts(clip, ['wave'], 4000))).toEqual({
      ...{ class: '0 wave', model: 'm@1', 'seed, index': '7, 12', sampler: 'ddim, 50 steps' },
      ...{
        scales: 'classifier-free 2, classifier 0.3',
        gate: 'likelihood -0.1235',
        frames: '2 at 30/s, 1 person',
        made: '3 s ago',
        id: 'x',
      },
    });
  });
});
